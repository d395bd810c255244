package org.paymentsissued.command;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.Settings;
import picocli.CommandLine.Command;

/** Runs until the process is asked to stop, then finishes calls in progress and exits with code 0. */
@Command(name = "run", description = "Runs until stopped: polls on its schedule and serves the console. (default)")
public final class RunCommand implements Callable<Integer> {

    private final Invocation invocation;

    public RunCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        PrintStream err = invocation.err();
        Settings settings = invocation.settings();
        Installation installation = Installation.start(settings, invocation.routes(), Installation.Mode.SERVING);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            err.println("Stopping: finishing calls in progress; the rest stays queued.");
            installation.close();
            err.println("Stopped.");
            stopped.countDown();
            // A JVM that ends by a signal would otherwise report the signal as its exit code.
            Runtime.getRuntime().halt(ExitCode.FINE);
        }, "stop"));
        err.printf("payments-issued is running: it polls at \"%s\", console on http://%s:%s/, health on http://%s:%s/observe/health%n",
                settings.text("poll.schedule"), settings.text("console.host"), settings.text("console.port"),
                settings.text("management.host"), settings.text("management.port"));
        installation.generatedPassword().ifPresent(password -> err.printf(
                "The console had no password, so one was generated. It is shown only once: user name %s, password %s%n"
                        + "To choose your own, set console.password.%n", settings.text("console.username"), password));
        stopped.await();
        return ExitCode.FINE;
    }
}
