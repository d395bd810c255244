package org.paymentsissued.sync;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.paymentsissued.payment.PaymentKey;
import org.paymentsissued.quickbooks.CompanyFile;
import org.paymentsissued.quickbooks.QuickBooksTrouble;
import org.paymentsissued.quickbooks.Reading;
import org.paymentsissued.quickbooks.Readings;
import org.paymentsissued.webconnector.Work;

/** A reading of QuickBooks that its Web Connector carries out call by call, and the sync that it is part of. */
public final class WebConnectorReading implements Work {

    public static final String STARTED_BY = "web-connector";

    private final Readings readings;
    private final Syncs syncs;
    private final Syncs.Sync sync;
    private volatile Reading reading;
    private final Set<PaymentKey> readBefore = ConcurrentHashMap.newKeySet();

    private WebConnectorReading(CompanyFile file, Syncs syncs) {
        this.readings = file.readings();
        this.syncs = syncs;
        this.sync = syncs.beginBeside(file, STARTED_BY);
        this.reading = readings.sinceWatermarks();
    }

    /** Begins a reading at the watermarks. */
    public static WebConnectorReading begin(CompanyFile file, Syncs syncs) {
        return new WebConnectorReading(file, syncs);
    }

    public Reading getReading() {
        return reading;
    }

    public Syncs.Sync getSync() {
        return sync;
    }

    @Override
    public boolean isUnfinished() {
        return reading.isUnfinished();
    }

    @Override
    public String nextRequest() {
        return reading.nextRequest();
    }

    @Override
    public int percentRead() {
        return reading.percentRead();
    }

    public Set<PaymentKey> payments() {
        Set<PaymentKey> payments = new HashSet<>(readBefore);
        payments.addAll(reading.payments());
        return payments;
    }

    @Override
    public int paymentsRead() {
        return payments().size();
    }

    @Override
    public void startAnew() {
        readBefore.addAll(reading.payments());
        reading = readings.sinceWatermarks();
    }

    @Override
    public Optional<String> trouble() {
        return sync.trouble().map(Syncs.Trouble::sentence).or(() -> {
            try {
                reading.requireAllRead();
                return Optional.empty();
            } catch (QuickBooksTrouble trouble) {
                return Optional.of(trouble.getMessage());
            }
        });
    }

    @Override
    public void stop(String sentence, boolean needsAttention) {
        if (sync.trouble().isEmpty()) {
            syncs.failed(sync, new QuickBooksTrouble(needsAttention ? QuickBooksTrouble.Kind.CONFIGURATION
                    : QuickBooksTrouble.Kind.AWAY, sentence));
        }
    }
}
