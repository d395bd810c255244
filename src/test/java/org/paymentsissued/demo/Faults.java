package org.paymentsissued.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;

/** Which calls go wrong, and how. Planned faults come first; the random plan takes its share of the rest. */
public final class Faults {
    /** One way for a call to go wrong. */
    public enum Kind {
        /** The connection is cut before anything is stored. */
        DROP_BEFORE,
        /** The change is stored and the connection cut before the answer. */
        DROP_AFTER,
        /** The change is stored and the answer comes after {@link Faults#lateness(Duration)}. */
        LATE,
        /** 500, nothing stored. */
        ERROR_500_BEFORE,
        /** 500, though the change is stored. */
        ERROR_500_AFTER,
        /** 429, nothing stored. */
        THROTTLE,
        /** 503 with an HTML page and {@code Retry-After}, nothing stored. */
        HEAVY_LOAD,
        /** Every token dies, so the call is answered with 401. */
        TOKEN_EXPIRES,
        /** The change is stored and answered with its 2xx, whose body cannot be parsed. */
        GARBLED_BODY
    }

    static final Reply CUT = new Reply(0, Map.of(), "");

    private record Planned(Predicate<Request> on, Kind kind) {
    }

    private final List<Planned> planned = new ArrayList<>();
    private final Map<Kind, Integer> happened = new EnumMap<>(Kind.class);
    private Random random = new Random(0);
    private double share;
    private List<Kind> randomKinds = List.of();
    private volatile Duration lateness = Duration.ofSeconds(2);

    Faults() {
    }

    /** No answer: whoever carries the reply cuts the connection. */
    public static boolean isCut(Reply reply) {
        return reply.status() == 0;
    }

    static Reply html(int status, String text) {
        return Reply.empty(status).with("Content-Type", "text/html")
                .withBody("<html><body><h1>" + text + "</h1></body></html>");
    }

    static Reply garbled(Reply reply) {
        if (reply.status() >= 300) {
            return reply;
        }
        return reply.withBody(reply.body().isEmpty() ? "<html>" : reply.body().substring(0, reply.body().length() / 2));
    }

    /** The coming calls under {@code /rest} suffer these, one each, in this order. */
    public Faults next(Kind... kinds) {
        return nextOn(Faults::isRest, kinds);
    }

    /** The coming POST, PATCH and DELETE calls under {@code /rest} suffer these, one each, in this order. */
    public Faults nextWrite(Kind... kinds) {
        return nextOn(request -> isRest(request) && !request.method().equals("GET"), kinds);
    }

    /** The coming calls that match suffer these, one each, in this order; the token endpoint may be meant too. */
    public synchronized Faults nextOn(Predicate<Request> on, Kind... kinds) {
        for (Kind kind : kinds) {
            planned.add(new Planned(on, kind));
        }
        return this;
    }

    /**
     * Lets a share of all calls under {@code /rest} go wrong.
     *
     * @param seed  the same seed gives the same sequence
     * @param share from 0, none, to 1, all
     * @param kinds drawn from with equal chance; every kind where none is named
     */
    public synchronized Faults atRandom(long seed, double share, Kind... kinds) {
        this.random = new Random(seed);
        this.share = share;
        this.randomKinds = kinds.length == 0 ? List.of(Kind.values()) : List.of(kinds);
        return this;
    }

    /** How long a {@link Kind#LATE} answer takes, in real time. Default 2 seconds. */
    public Faults lateness(Duration lateness) {
        this.lateness = lateness;
        return this;
    }

    /** From now on nothing goes wrong. */
    public synchronized Faults stop() {
        planned.clear();
        share = 0;
        return this;
    }

    /** How often each kind has happened so far; kinds that never did are missing. */
    public synchronized Map<Kind, Integer> happened() {
        return Collections.unmodifiableMap(new EnumMap<>(happened));
    }

    Duration lateness() {
        return lateness;
    }

    synchronized Optional<Kind> strike(Request request) {
        Optional<Kind> struck = plannedFor(request).or(() -> drawnFor(request));
        struck.ifPresent(kind -> happened.merge(kind, 1, Integer::sum));
        return struck;
    }

    private Optional<Kind> plannedFor(Request request) {
        for (Planned candidate : planned) {
            if (candidate.on().test(request)) {
                planned.remove(candidate);
                return Optional.of(candidate.kind());
            }
        }
        return Optional.empty();
    }

    private Optional<Kind> drawnFor(Request request) {
        if (share == 0 || !isRest(request) || random.nextDouble() >= share) {
            return Optional.empty();
        }
        return Optional.of(randomKinds.get(random.nextInt(randomKinds.size())));
    }

    private static boolean isRest(Request request) {
        return request.path().startsWith("/rest/");
    }
}
