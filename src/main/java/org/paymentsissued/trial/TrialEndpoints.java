package org.paymentsissued.trial;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.PollingConsumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.Route;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.sql.DefaultSqlEndpoint;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.PollingConsumerSupport;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.URISupport;

/**
 * The wall around a trial. What an endpoint of Camel would do stays inside the process unless it is known to be harmless: calls
 * to Procore go to what stands in its place, everything else is kept here instead of sent, and nothing comes in. Only queries may
 * pass to QuickBooks, and only if the trial reads it.
 */
public final class TrialEndpoints implements EndpointStrategy {

    /** Steps that stay inside the process, whatever their options. */
    private static final Set<String> INSIDE = Set.of("direct", "seda", "log", "bean", "class", "language", "dataformat", "mock",
            "stub");
    /** The same, unless they fetch what they work with from somewhere else. */
    private static final Set<String> TRANSFORMING = Set.of("xslt", "xslt-saxon", "validator", "xquery");
    private static final Pattern FETCHES = Pattern.compile("[^:]+:(//)?(https?|s?ftps?|jar):.*");
    private static final Pattern WRITES = Pattern.compile("<\\s*\\w+(Add|Mod|Del|Void|Merge)Rq\\b");

    /**
     * What was not sent.
     *
     * @param route   where the step is
     * @param address without secrets
     * @param body    as text; empty if there is none
     */
    public record Kept(String route, String address, String body) { }

    private final InPlaceOfProcore procore;
    private final String procoreAddress;
    private final List<String> quickBooks;
    private final Path folder;
    private final UnaryOperator<String> withoutSecrets;
    private final List<Kept> kept = new ArrayList<>();

    /**
     * @param procoreAddress what every call to Procore begins with
     * @param quickBooks     addresses of the gateways that may be asked
     * @param folder         of the trial, whose files may be read, written and moved
     */
    public TrialEndpoints(InPlaceOfProcore procore, String procoreAddress, List<String> quickBooks, Path folder,
            UnaryOperator<String> withoutSecrets) {
        this.procore = procore;
        this.procoreAddress = procoreAddress.replaceFirst("/+$", "");
        this.quickBooks = List.copyOf(quickBooks);
        this.folder = folder.toAbsolutePath().normalize();
        this.withoutSecrets = withoutSecrets;
    }

    /** What routes wanted to send elsewhere so far, in order. */
    public synchronized List<Kept> kept() {
        return List.copyOf(kept);
    }

    @Override
    public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
        return endpoint instanceof Walled || isHarmless(endpoint) ? endpoint : new Walled(endpoint);
    }

    private boolean isHarmless(Endpoint endpoint) {
        String scheme = endpoint.getEndpointUri().replaceFirst(":.*", "");
        if (endpoint instanceof GenericFileEndpoint<?> files && scheme.equals("file")) {
            File directory = new File(files.getConfiguration().getDirectory());
            return directory.toPath().toAbsolutePath().normalize().startsWith(folder);
        }
        if (endpoint instanceof DefaultSqlEndpoint sql) {
            // The trial's ledger; another database belongs to someone else.
            return sql.getDataSource() == endpoint.getCamelContext().getRegistry()
                    .lookupByNameAndType("dataSource", DataSource.class) && sql.getDataSource() != null;
        }
        if (TRANSFORMING.contains(scheme)) {
            return !FETCHES.matcher(endpoint.getEndpointUri()).matches();
        }
        return INSIDE.contains(scheme);
    }

    private static boolean begins(String address, String with) {
        return address.equals(with) || address.startsWith(with.endsWith("/") ? with : with + "/")
                || address.startsWith(with + "?");
    }

    private synchronized void keep(Exchange exchange, Endpoint endpoint) {
        Route route = exchange.getUnitOfWork() == null ? null : exchange.getUnitOfWork().getRoute();
        String body = exchange.getMessage().getBody(String.class);
        kept.add(new Kept(route == null ? String.valueOf(exchange.getFromRouteId()) : route.getRouteId(),
                withoutSecrets.apply(URISupport.sanitizeUri(endpoint.getEndpointUri())), body == null ? "" : body));
        if (endpoint.getEndpointUri().startsWith("http")) {
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        }
    }

    /** An endpoint that nothing gets through but what {@link TrialEndpoints} lets pass. */
    private final class Walled extends DefaultEndpoint {
        private final Endpoint itself;

        private Walled(Endpoint itself) {
            super(itself.getEndpointUri(), itself.getComponent());
            setCamelContext(itself.getCamelContext());
            this.itself = itself;
        }

        @Override
        public Producer createProducer() throws Exception {
            String address = getEndpointUri();
            if (begins(address, procoreAddress)) {
                Producer real = procore.reads() ? itself.createProducer() : null;
                return new Diverted(this, real, exchange -> procore.answer(exchange, address, Optional.ofNullable(real)));
            }
            if (quickBooks.stream().noneMatch(gateway -> begins(address, gateway))) {
                return new Diverted(this, null, exchange -> keep(exchange, this));
            }
            Producer gateway = itself.createProducer();
            return new Diverted(this, gateway, exchange -> {
                if (isQuestion(exchange)) {
                    gateway.process(exchange);
                } else {
                    keep(exchange, this);
                }
            });
        }

        private boolean isQuestion(Exchange exchange) {
            String body = exchange.getMessage().getBody(String.class);
            return body != null && exchange.getMessage().getHeader(Exchange.HTTP_URI) == null && !WRITES.matcher(body).find();
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            return new DefaultConsumer(this, processor);
        }

        @Override
        public PollingConsumer createPollingConsumer() {
            return new Empty(this);
        }

        /** What the component would put into an endpoint, it puts into the real one. */
        @Override
        protected void doInit() {
        }

        @Override
        public boolean isLenientProperties() {
            return true;
        }
    }

    /** Does something other than the component would. */
    private static final class Diverted extends DefaultProducer {
        private final Producer real;
        private final Processor instead;

        /** @param real what may still be used; null for nothing */
        private Diverted(Endpoint endpoint, Producer real, Processor instead) {
            super(endpoint);
            this.real = real;
            this.instead = instead;
        }

        @Override
        public void process(Exchange exchange) throws Exception {
            instead.process(exchange);
        }

        @Override
        protected void doStart() throws Exception {
            super.doStart();
            ServiceHelper.startService(real);
        }

        @Override
        protected void doStop() throws Exception {
            ServiceHelper.stopService(real);
            super.doStop();
        }
    }

    /** Never waits: nothing comes in. */
    private static final class Empty extends PollingConsumerSupport {
        private Empty(Endpoint endpoint) {
            super(endpoint);
        }

        @Override
        public Exchange receive() {
            return null;
        }

        @Override
        public Exchange receiveNoWait() {
            return null;
        }

        @Override
        public Exchange receive(long timeout) {
            return null;
        }
    }
}
