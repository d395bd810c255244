package org.paymentsissued.command;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.Settings;

/** Runs until the process is asked to stop, then finishes calls in progress and exits with code 0. */
public final class Running {

    private final Settings settings;
    private final Path routes;
    private final PrintStream err;

    public Running(Settings settings, Path routes, PrintStream err) {
        this.settings = settings;
        this.routes = routes;
        this.err = err;
    }

    public int untilStopped() throws InterruptedException {
        Installation installation = Installation.start(settings, routes, Installation.Mode.SERVING);
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
