package org.paymentsissued;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.paymentsissued.quickbooks.CompanyFile;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.Settings;
import org.paymentsissued.sync.Syncs;

/** The product as the benches see it: started on settings of their own, and fed at the seams of its routes. */
public final class BenchedProduct implements AutoCloseable {

    private final Installation installation;
    private final Syncs.Sync sync;

    /** @param settings beside the defaults */
    public BenchedProduct(Path folder, Path routes, Map<String, String> settings) throws Settings.InvalidSettings {
        Properties properties = new Properties();
        properties.put("poll.start", "2019-05-01T00:00:00");
        properties.putAll(settings);
        installation = Installation.start(Settings.load(folder, Map.of(), properties), routes, Installation.Mode.ON_COMMAND);
        sync = installation.syncs().begin("bench");
    }

    public DataSource dataSource() {
        return installation.database().dataSource();
    }

    /** Takes a response file as the transport {@code file} does, once it is there. */
    public void read(Path file) {
        CompanyFile companyFile = installation.companyFiles().get(0);
        var failed = installation.template().send("direct:split", exchange -> {
            exchange.setVariable("companyFile", companyFile);
            exchange.setVariable("sync", sync);
            exchange.setVariable("reading", companyFile.readings().ofFiles());
            exchange.getMessage().setBody(file.toFile());
        }).getException();
        if (failed != null) {
            throw new IllegalStateException(failed);
        }
    }

    /** Delivers what is due. */
    public void deliver() {
        installation.template().sendBody("direct:deliver", null);
    }

    @Override
    public void close() {
        installation.syncs().end(sync);
        installation.close();
    }
}
