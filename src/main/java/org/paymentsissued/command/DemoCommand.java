package org.paymentsissued.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The main job on built-in data. */
@Command(name = "demo", description = "Runs the main job against a simulated QuickBooks and a simulated Procore.")
public final class DemoCommand implements Callable<Integer> {

    private final Invocation invocation;

    public DemoCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        return new Demo(invocation.out(), invocation.err()).run();
    }
}
