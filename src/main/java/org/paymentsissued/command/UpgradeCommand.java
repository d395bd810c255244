package org.paymentsissued.command;

import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** An installation brought to this version. */
@Command(name = "upgrade", description = {"Upgrades an installation to this version and keeps the routes you edited there.",
    "Run it from the unpacked new version, with the old one stopped.",
    "Exit codes: 0 done; 1 done, but some routes must be merged by hand; 2 nothing was changed."})
public final class UpgradeCommand implements Callable<Integer> {

    private final Invocation invocation;

    @Parameters(paramLabel = "FOLDER", description = "the installation to upgrade")
    private Path folder;

    public UpgradeCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        Path jar = Path.of(UpgradeCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        return new Upgrade(invocation.out(), Clock.systemDefaultZone())
                .run(invocation.directory().resolve(folder), jar.toAbsolutePath().getParent());
    }
}
