package org.paymentsissued.command;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Whether everything is right. */
@Command(name = "check", description = "Checks whether settings, routes, database, QuickBooks and Procore are right.")
public final class CheckCommand implements Callable<Integer> {

    private final Invocation invocation;

    @Option(names = "--learned", paramLabel = "FILE", description = "Writes what this installation has learned about"
            + " its QuickBooks and Procore where their documentation is silent, without names, ids and amounts.")
    private Path learned;

    public CheckCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        return new Check(invocation.directory(), invocation.environment(), invocation.system(), invocation.routes(), invocation.out())
                .run(Optional.ofNullable(learned).map(invocation.directory()::resolve));
    }
}
