package org.paymentsissued.command;

import java.io.PrintStream;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.Settings;
import picocli.CommandLine.Command;

/** Runs until the process is asked to stop, then finishes calls in progress and exits with code 0. */
@Command(name = "run", description = "Runs until stopped: polls on its schedule and serves the console. (default)")
public final class RunCommand implements Callable<Integer> {

    private final Invocation invocation;
    private final AtomicReference<Installation> running = new AtomicReference<>();

    public RunCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        PrintStream err = invocation.err();
        Settings settings = invocation.settings();
        Thread stop = new Thread(this::stop, "stop");
        // Before the start, which may take long: what is asked to stop in the middle of it has nothing to finish.
        Runtime.getRuntime().addShutdownHook(stop);
        Installation installation;
        try {
            installation = Installation.serve(settings, invocation.routes(),
                    new BackgroundPreviews(settings, invocation.routes(), Clock.systemUTC()));
        } catch (RuntimeException e) {
            // The exit code says why it did not start.
            Runtime.getRuntime().removeShutdownHook(stop);
            throw e;
        }
        running.set(installation);
        err.printf("payments-issued is running: it polls at \"%s\", console on http://%s:%s/, health on http://%s:%s/observe/health%n",
                settings.text("poll.schedule"), settings.text("console.host"), settings.text("console.port"),
                settings.text("management.host"), settings.text("management.port"));
        installation.generatedPassword().ifPresent(password -> err.printf(
                "The console had no password, so one was generated. It is shown only once: user name %s, password %s%n"
                        + "To choose your own, set console.password.%n", settings.text("console.username"), password));
        // Ends with the process.
        new CountDownLatch(1).await();
        return ExitCode.FINE;
    }

    private void stop() {
        Installation installation = running.get();
        if (installation != null) {
            invocation.err().println("Stopping: finishing calls in progress; the rest stays queued.");
            installation.close();
        }
        invocation.err().println("Stopped.");
        // A JVM that ends by a signal would otherwise report the signal as its exit code.
        Runtime.getRuntime().halt(ExitCode.FINE);
    }
}
