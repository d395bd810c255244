package org.paymentsissued.command;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.paymentsissued.payment.Secrets;

/**
 * What commands print, without secrets and without characters that a terminal interprets: QuickBooks and Procore decide
 * what is in some of it. Works line by line, and on an unfinished line when flushed.
 */
public final class PrintedLines extends OutputStream {

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final PrintStream to;

    private PrintedLines(PrintStream to) {
        this.to = to;
    }

    public static PrintStream on(PrintStream to) {
        return new PrintStream(new PrintedLines(to), true, StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void write(int one) {
        line.write(one);
        if (one == '\n') {
            print();
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
        int begin = from;
        for (int at = from; at < from + length; at++) {
            if (bytes[at] == '\n') {
                line.write(bytes, begin, at + 1 - begin);
                print();
                begin = at + 1;
            }
        }
        line.write(bytes, begin, from + length - begin);
    }

    private void print() {
        to.print(Secrets.allHiddenIn(line.toString(StandardCharsets.UTF_8)).replaceAll("[\\p{Cntrl}&&[^\\r\\n\\t]]", "?"));
        line.reset();
    }

    @Override
    public synchronized void flush() {
        print();
        to.flush();
    }
}
