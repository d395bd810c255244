package org.paymentsissued.console;

import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.paymentsissued.console.Operators.Operator;
import org.paymentsissued.ledger.LedgerUnavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/** The operators' console: pages for people, and the API described by openapi.yaml. Pages work without script. */
public final class Console {

    private static final Logger LOG = LoggerFactory.getLogger(Console.class);

    /** Pages that belong together, and the part of the API that says the same. */
    public interface Family {
        void addTo(ConsolePaths paths);
    }

    private final ConsolePaths paths = new ConsolePaths();

    public Console(List<Family> families) {
        families.forEach(family -> family.addTo(paths));
    }

    /** The paths of the API that are answered, as {@code get /api/status}, in the order of the alphabet. */
    public SortedSet<String> api() {
        return paths.all().stream().filter(entry -> entry.path().startsWith("/api"))
                .map(entry -> entry.method().toLowerCase(Locale.ROOT) + " " + entry.path()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Answers a request that the gate has let through. */
    public void answer(Exchange exchange) {
        WebRequest request = exchange.getProperty("request", WebRequest.class);
        reply(request, exchange.getProperty(Gate.OPERATOR, Operator.class)).to(exchange);
    }

    private WebReply reply(WebRequest request, Operator operator) {
        boolean api = request.path().startsWith("/api");
        try {
            return paths.answer(request, operator);
        } catch (ConsolePaths.NotAllowed refusal) {
            return WebReply.refused(api, 405, refusal.getMessage()).with("Allow", refusal.allowed());
        } catch (WebRequest.Refusal refusal) {
            return WebReply.refused(api, refusal.status(), refusal.getMessage());
        } catch (DataIntegrityViolationException e) {
            LOG.warn("A request contained a value that the database rejected: {}", e.getMostSpecificCause().getMessage());
            return WebReply.refused(api, 400, "A value is too long or contains a character that cannot be stored. Nothing was changed.");
        } catch (LedgerUnavailable e) {
            LOG.warn("The console could not use the database: {}", e.getMessage());
            return WebReply.refused(api, 503, "The database is unavailable. Nothing was changed.");
        } catch (Exception e) {
            LOG.error("The console failed to answer {}", request.path(), e);
            return WebReply.refused(api, 500, "Something unexpected went wrong. See the log.");
        }
    }
}
