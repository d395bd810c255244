package org.paymentsissued.command;

/** Exit codes of the commands; scripts and services rely on these four numbers. */
public final class ExitCode {

    /** Nothing needs attention. */
    public static final int FINE = 0;
    /** Dead letters are open, or there are differences. */
    public static final int DEAD_LETTERS = 1;
    /** The configuration or the command line is wrong; nothing was started. */
    public static final int MISCONFIGURED = 2;
    /** QuickBooks, Procore or the database could not be reached; nothing is lost, the next run continues. */
    public static final int UNREACHABLE = 3;

    private ExitCode() {
    }
}
