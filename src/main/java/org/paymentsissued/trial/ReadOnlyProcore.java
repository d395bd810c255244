package org.paymentsissued.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Producer;
import org.paymentsissued.ledger.Deliveries;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.procore.BelievedRecords;

/**
 * Reads reach Procore, and writes never do: each is kept, and answered as Procore answers what it takes. What was changed or removed
 * in this way shows so when it is read again, or the next step would be chosen from what is no longer so.
 */
public final class ReadOnlyProcore implements InPlaceOfProcore {

    private static final JsonMapper JSON = new JsonMapper();
    /** No record has it: made-up ones begin here. */
    private static final long FIRST_ID = 9_000_000_000_000_000L;

    private final List<Sent> sent = new ArrayList<>();
    private final Set<String> removed = ConcurrentHashMap.newKeySet();
    private final Map<String, ObjectNode> changed = new ConcurrentHashMap<>();
    private volatile Deliveries ledger;

    @Override
    public void asks(Deliveries deliveries, BelievedRecords believed) {
        ledger = deliveries;
    }

    @Override
    public boolean reads() {
        return true;
    }

    @Override
    public void answer(Exchange exchange, String address, Optional<Producer> real) throws Exception {
        Message message = exchange.getMessage();
        String text = message.getBody(String.class);
        String body = text == null ? "" : text;
        String method = message.getHeader(Exchange.HTTP_METHOD, body.isEmpty() ? "GET" : "POST", String.class);
        if (method.equals("GET")) {
            real.orElseThrow().process(exchange);
            asChanged(exchange.getMessage());
            return;
        }
        Optional<LedgerRow> row = Optional.ofNullable(exchange.getVariable("dueRow", Long.class)).flatMap(ledger::row);
        String path = message.getHeader(Exchange.HTTP_PATH, "", String.class);
        synchronized (sent) {
            sent.add(new Sent(row, method, path, message.getHeader("Procore-Company-Id", "", String.class), body, 200));
        }
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, method.equals("POST") ? 201 : 200);
        if (method.equals("DELETE")) {
            removed.add(idIn(path));
            message.setBody("");
            return;
        }
        ObjectNode record = record(path, body);
        if (method.equals("PATCH")) {
            changed.merge(idIn(path), record, (before, now) -> before.deepCopy().setAll(now));
        }
        message.setBody(record.toString());
    }

    private void asChanged(Message message) throws IOException {
        if (removed.isEmpty() && changed.isEmpty() || !Integer.valueOf(200).equals(message.getHeader(Exchange.HTTP_RESPONSE_CODE))) {
            return;
        }
        String body = message.getBody(String.class);
        message.setBody(body);
        if (body == null || !body.stripLeading().matches("(?s)[\\[{].*")) {
            return;
        }
        JsonNode answer = JSON.readTree(body);
        if (answer.isObject() && removed.contains(answer.path("id").asText())) {
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, 404);
            return;
        }
        if (answer instanceof ArrayNode list) {
            for (int i = list.size() - 1; i >= 0; i--) {
                if (removed.contains(list.get(i).path("id").asText())) {
                    list.remove(i);
                }
            }
            list.forEach(this::change);
        }
        change(answer);
        message.setBody(answer.toString());
    }

    private void change(JsonNode record) {
        if (record instanceof ObjectNode fields) {
            Optional.ofNullable(changed.get(fields.path("id").asText())).ifPresent(fields::setAll);
        }
    }

    private static String idIn(String path) {
        return path.replaceFirst(".*/(\\d+)$", "$1");
    }

    /** The record, with what was sent. */
    private ObjectNode record(String path, String body) throws IOException {
        JsonNode payment = JSON.readTree(body).path("contract_payment");
        ObjectNode record = payment.isObject() ? payment.deepCopy() : JSON.createObjectNode();
        String id = idIn(path);
        synchronized (sent) {
            record.put("id", id.matches("\\d{1,18}") ? Long.parseLong(id) : FIRST_ID + sent.size());
        }
        return record;
    }

    @Override
    public List<Sent> sent() {
        synchronized (sent) {
            return List.copyOf(sent);
        }
    }

    @Override
    public List<String> remarks() {
        return List.of();
    }
}
