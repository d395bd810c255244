package org.paymentsissued.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the routes make of response files. */
@Command(name = "test-route", description = {"Runs response files of QuickBooks (qbXML) through the routes in routes/ and"
    + " through the shipped ones, and shows what each would send to Procore and how they differ. Nothing is sent:"
    + " Procore and the ledger are simulated. The real ledger and inboxes are not touched.",
    "Exit codes: 0 whatever differs; 2 wrong configuration, route file or input."})
public final class TestRouteCommand implements Callable<Integer> {

    private final Invocation invocation;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "response files, in the order QuickBooks"
            + " produced them; each is a separate sync")
    private List<Path> files;

    @Option(names = "--commitments", paramLabel = "CSV", description = "The commitment lookup. If left out: the files"
            + " dropped into commitments.inbox, and a made-up commitment for each bill not listed there.")
    private Path commitments;

    @Option(names = "--company-file", paramLabel = "NAME", description = "The company file the payments belong to; if left out,"
            + " the first one.")
    private String companyFile;

    @Option(names = "--json", description = "Prints a single JSON document and nothing else.")
    private boolean json;

    public TestRouteCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        Path directory = invocation.directory();
        return new TestRoute(TestRoute.settings(directory, invocation.environment(), invocation.system()), invocation.routes(), directory,
                invocation.out(), invocation.err()).run(new TestRoute.Question(files.stream().map(directory::resolve).toList(),
                        Optional.ofNullable(companyFile), Optional.ofNullable(commitments).map(directory::resolve), json));
    }
}
