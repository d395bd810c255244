package org.paymentsissued.command;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One sync, or what it would do. */
@Command(name = "once", description = "One sync now: reads all changes, delivers everything due, and lists what was not sent.")
public final class OnceCommand implements Callable<Integer> {

    private final Invocation invocation;

    @Mixin
    private PreviewOptions preview;

    @Option(names = "--restored", paramLabel = "NAME", description = "The company file of this name (setting"
            + " quickbooks.company-file) was restored from a backup: compares all its payments by their ids, removes"
            + " those that no longer exist and accepts older versions as current.")
    private String restored;

    public OnceCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = invocation.settings();
        if (restored != null && !settings.companyFiles().contains(restored)) {
            return invocation.refused("There is no company file \"" + restored + "\". The company files are: "
                    + String.join(", ", settings.companyFiles()) + ". Nothing was read.");
        }
        if (preview.flaw().isPresent()) {
            return invocation.refused(preview.flaw().get());
        }
        if (preview.areGiven()) {
            return preview.run(invocation, settings, Optional.ofNullable(restored), Optional.empty());
        }
        try (Installation installation = invocation.start(settings)) {
            Optional.ofNullable(restored).ifPresent(installation::restored);
            return new Once(installation, invocation.out(), invocation.err()).sync("once");
        }
    }
}
