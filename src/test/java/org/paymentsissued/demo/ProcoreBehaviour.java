package org.paymentsissued.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;

/**
 * What no one outside Procore knows for certain, or what differs between its servers, as switches of
 * {@link TestProcore}. Every setter takes effect with the next call and returns this object.
 */
public final class ProcoreBehaviour {
    /** What a record that carries an {@code origin_id} refuses. */
    public enum Locking { LOCKS_NOTHING, LOCKS_UPDATES, LOCKS_UPDATES_AND_DELETES }

    /** What happens to a second record with the {@code origin_id} of another one in the company. */
    public enum DuplicateOriginIds { REFUSED_WITH_409, REFUSED_WITH_422, ACCEPTED }

    /** How 9000 dollars look in an answer; {@code VARIOUS} takes turns. */
    public enum AmountRendering { TWO_DECIMALS, ONE_DECIMAL, JSON_NUMBER, VARIOUS }

    /** What an {@code Idempotency-Token} is worth. */
    public enum IdempotencyTokens { IGNORED, REPLAYS }

    /** How a 429 tells when to come back. */
    public enum ThrottleAnswer { RETRY_AFTER, RESET_ONLY }

    /** What becomes of a text before it is stored. */
    public enum TextChange {
        UPPER_CASE, LOWER_CASE,
        /** A run of white space becomes one space. */
        SINGLE_SPACES,
        TRIMMED;

        String of(String text) {
            return switch (this) {
                case UPPER_CASE -> text.toUpperCase(Locale.ROOT);
                case LOWER_CASE -> text.toLowerCase(Locale.ROOT);
                case SINGLE_SPACES -> text.replaceAll("\\s+", " ");
                case TRIMMED -> text.strip();
            };
        }
    }

    /** The answers that show a payment: to POST and PATCH, to GET of one, to GET of all. */
    public enum Answer { WRITE, SHOW, LIST }

    /** Texts of a payment that Procore may store its own way; the key of a record is not among them. */
    public static final Set<String> TEXTS = Set.of("check_number", "invoice_number", "notes");

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));

    volatile Set<String> changedFields = TEXTS;
    volatile Set<TextChange> textChanges = Set.of();
    volatile int longestText = Integer.MAX_VALUE;
    volatile boolean echoesTexts;
    volatile Map<Answer, Set<String>> omitted = Map.of();
    volatile InstantSource clock = Clock.systemUTC();
    volatile Locking locking = Locking.LOCKS_NOTHING;
    volatile DuplicateOriginIds duplicateOriginIds = DuplicateOriginIds.REFUSED_WITH_409;
    volatile AmountRendering amountRendering = AmountRendering.TWO_DECIMALS;
    volatile IdempotencyTokens idempotencyTokens = IdempotencyTokens.IGNORED;
    volatile ThrottleAnswer throttleAnswer = ThrottleAnswer.RETRY_AFTER;
    volatile Duration tokenLifetime = Duration.ofSeconds(5400);
    volatile int callsPerSpikeWindow = 1_000;
    volatile int callsPerHour = 100_000;
    volatile Duration pauseAsked = Duration.ofSeconds(1);
    volatile Duration throttleGrace = Duration.ofMillis(250);
    volatile Duration listLag = Duration.ZERO;
    volatile int largestPage = Integer.MAX_VALUE;
    volatile boolean newestFirst;
    volatile boolean negativeAmountsAccepted;
    volatile boolean zeroAmountsAccepted;
    volatile boolean datesLost;
    volatile boolean appConnected = true;
    volatile int statusWithoutCompany = 404;

    ProcoreBehaviour() {
    }

    /** The time by which tokens expire, limits reset and records are stamped. */
    public ProcoreBehaviour clock(InstantSource clock) {
        this.clock = clock;
        return this;
    }

    /** Default {@link Locking#LOCKS_NOTHING}. */
    public ProcoreBehaviour locking(Locking locking) {
        this.locking = locking;
        return this;
    }

    /** Default {@link DuplicateOriginIds#REFUSED_WITH_409}. */
    public ProcoreBehaviour duplicateOriginIds(DuplicateOriginIds duplicateOriginIds) {
        this.duplicateOriginIds = duplicateOriginIds;
        return this;
    }

    /** Default {@link AmountRendering#TWO_DECIMALS}. */
    public ProcoreBehaviour amountRendering(AmountRendering amountRendering) {
        this.amountRendering = amountRendering;
        return this;
    }

    /** Default {@link IdempotencyTokens#IGNORED}. */
    public ProcoreBehaviour idempotencyTokens(IdempotencyTokens idempotencyTokens) {
        this.idempotencyTokens = idempotencyTokens;
        return this;
    }

    /** Default {@link ThrottleAnswer#RETRY_AFTER}. */
    public ProcoreBehaviour throttleAnswer(ThrottleAnswer throttleAnswer) {
        this.throttleAnswer = throttleAnswer;
        return this;
    }

    /** The {@code expires_in} of tokens issued from now on. */
    public ProcoreBehaviour tokenLifetime(Duration tokenLifetime) {
        this.tokenLifetime = tokenLifetime;
        return this;
    }

    /** Calls allowed in 10 seconds and in 60 minutes; the defaults are out of reach. */
    public ProcoreBehaviour rateLimits(int callsPerSpikeWindow, int callsPerHour) {
        this.callsPerSpikeWindow = callsPerSpikeWindow;
        this.callsPerHour = callsPerHour;
        return this;
    }

    /** How long a 429 or 503 that a fault causes asks the client to wait; in whole seconds on the wire. */
    public ProcoreBehaviour pauseAsked(Duration pauseAsked) {
        this.pauseAsked = pauseAsked;
        return this;
    }

    /** Calls that arrive this soon after a 429 may have been under way and break no rule. Default 250 ms. */
    public ProcoreBehaviour throttleGrace(Duration throttleGrace) {
        this.throttleGrace = throttleGrace;
        return this;
    }

    /** How long a new record is missing from the list; show finds it at once. */
    public ProcoreBehaviour listLag(Duration listLag) {
        this.listLag = listLag;
        return this;
    }

    /** No page of any list is longer, whatever {@code per_page} asks. */
    public ProcoreBehaviour largestPage(int largestPage) {
        this.largestPage = largestPage;
        return this;
    }

    /** The newest payment leads the list, so that rows shift while someone pages. */
    public ProcoreBehaviour newestFirst(boolean newestFirst) {
        this.newestFirst = newestFirst;
        return this;
    }

    /** Default: negative amounts are refused. */
    public ProcoreBehaviour negativeAmountsAccepted(boolean negativeAmountsAccepted) {
        this.negativeAmountsAccepted = negativeAmountsAccepted;
        return this;
    }

    /** Default: an amount of zero is refused. */
    public ProcoreBehaviour zeroAmountsAccepted(boolean zeroAmountsAccepted) {
        this.zeroAmountsAccepted = zeroAmountsAccepted;
        return this;
    }

    /** Even well-formed dates are stored as null and no error is told. */
    public ProcoreBehaviour datesLost(boolean datesLost) {
        this.datesLost = datesLost;
        return this;
    }

    /** Whether the company's administrator has the app connected. */
    public ProcoreBehaviour appConnected(boolean appConnected) {
        this.appConnected = appConnected;
        return this;
    }

    /** The answer to a call whose {@code Procore-Company-Id} is missing or of another company. Default 404. */
    public ProcoreBehaviour statusWithoutCompany(int statusWithoutCompany) {
        this.statusWithoutCompany = statusWithoutCompany;
        return this;
    }

    /** Every text is stored with these changes; none named: as it was sent, the default. */
    public ProcoreBehaviour changesTexts(TextChange... changes) {
        this.textChanges = Set.of(changes);
        return this;
    }

    /** No text is stored with more characters; the rest is lost without an error. Default: none is cut. */
    public ProcoreBehaviour cutsTexts(int length) {
        this.longestText = length;
        return this;
    }

    /** The fields that {@link #changesTexts} and {@link #cutsTexts} mean. Default {@link #TEXTS}. */
    public ProcoreBehaviour changedFields(String... fields) {
        this.changedFields = Set.of(fields);
        return this;
    }

    /** The answer to POST and PATCH shows texts as they were sent, however they are stored. Default false. */
    public ProcoreBehaviour echoesTexts(boolean echoesTexts) {
        this.echoesTexts = echoesTexts;
        return this;
    }

    /** Answers of this kind leave these fields out; none named: they show all, the default. */
    public ProcoreBehaviour omits(Answer answer, String... fields) {
        Map<Answer, Set<String>> more = new EnumMap<>(Answer.class);
        more.putAll(omitted);
        more.put(answer, Set.of(fields));
        this.omitted = more;
        return this;
    }

    /**
     * Draws how texts are changed, cut, echoed and left out of answers. Every kind of answer is drawn on its own.
     *
     * @param seed   the same seed gives the same behavior
     * @param fields that may suffer; {@link #TEXTS} where none is named
     */
    public ProcoreBehaviour textsAtRandom(long seed, String... fields) {
        Random random = new Random(seed);
        List<String> suffering = fields.length == 0 ? TEXTS.stream().sorted().toList() : List.of(fields);
        Set<TextChange> changes = EnumSet.noneOf(TextChange.class);
        Arrays.stream(TextChange.values()).filter(change -> random.nextInt(3) == 0).forEach(changes::add);
        this.changedFields = Set.copyOf(suffering);
        this.textChanges = changes;
        this.longestText = random.nextInt(3) == 0 ? 1 + random.nextInt(40) : Integer.MAX_VALUE;
        this.echoesTexts = random.nextInt(4) == 0;
        for (Answer answer : Answer.values()) {
            omits(answer, suffering.stream().filter(field -> random.nextInt(4) == 0).toArray(String[]::new));
        }
        return this;
    }

    /** Texts are stored and shown as they were sent again; records stored before keep theirs. */
    public ProcoreBehaviour textsAsSent() {
        this.changedFields = TEXTS;
        this.textChanges = Set.of();
        this.longestText = Integer.MAX_VALUE;
        this.echoesTexts = false;
        this.omitted = Map.of();
        return this;
    }

    /** Whether the answer to a change may not show how its texts are stored. */
    public boolean hidesTexts() {
        return echoesTexts || !omitted.getOrDefault(Answer.WRITE, Set.of()).isEmpty();
    }

    JsonNode stored(String field, JsonNode sent) {
        if (!changedFields.contains(field)) {
            return sent;
        }
        String text = sent.textValue();
        for (TextChange change : TextChange.values()) {
            text = textChanges.contains(change) ? change.of(text) : text;
        }
        int length = Math.min(longestText, text.codePointCount(0, text.length()));
        return Json.textNode(text.substring(0, text.offsetByCodePoints(0, length)));
    }

    /** The answer as its kind shows it: texts echoed, fields left out. */
    Reply shown(Answer kind, Request request, Reply reply) {
        Set<String> missing = omitted.getOrDefault(kind, Set.of());
        boolean echoes = echoesTexts && kind == Answer.WRITE;
        if (reply.status() >= 300 || reply.body().isEmpty() || missing.isEmpty() && !echoes) {
            return reply;
        }
        try {
            JsonNode body = JSON.readTree(reply.body());
            if (echoes) {
                JsonNode sent = JSON.readTree(request.body()).path("contract_payment");
                TEXTS.stream().filter(sent::has).forEach(name -> ((ObjectNode) body).set(name, sent.get(name)));
            }
            for (JsonNode row : body.isArray() ? body : List.of(body)) {
                ((ObjectNode) row).remove(missing);
            }
            return reply.withBody(body.toString());
        } catch (JsonProcessingException e) {
            throw new AssertionError(reply.body(), e);
        }
    }

    Instant now() {
        return clock.instant();
    }
}
