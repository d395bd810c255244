package org.paymentsissued.payment;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A clock that strikes beside the work and never keeps the process alive. */
public final class Daemon {

    private Daemon() {
    }

    /** One thread for tasks of a schedule. @param name as it shows in logs and thread dumps */
    public static ScheduledExecutorService named(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }
}
