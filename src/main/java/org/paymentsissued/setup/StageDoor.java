package org.paymentsissued.setup;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;

/**
 * Between the program's own routes and the stages in the route files: a route that calls a stage names this as its
 * {@code routePolicy}. Its messages wait while the stages are changed, and a change waits until they are through.
 */
final class StageDoor extends RoutePolicySupport {

    private static final int EVERY = Integer.MAX_VALUE;

    private final Semaphore passages = new Semaphore(EVERY, true);

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        // Camel would log a failure here and let the message pass; a change is over in moments.
        passages.acquireUninterruptibly();
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        passages.release();
    }

    /**
     * Shuts out further messages once all that are under way are through. Meanwhile later ones queue, so the patience is to
     * be short.
     *
     * @return false where some were not through in time; the door is open then
     */
    boolean closeWithin(Duration patience) throws InterruptedException {
        return passages.tryAcquire(EVERY, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    void open() {
        passages.release(EVERY);
    }
}
