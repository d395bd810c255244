package org.paymentsissued.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;

/** The API's own description, held against what the API really answers. */
public final class OpenApi {

    private final ObjectNode document;
    private final Set<String> seen = new TreeSet<>();

    public OpenApi(String yaml) {
        try {
            document = (ObjectNode) new ObjectMapper(new YAMLFactory()).readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Checks an answer against the schema that the document gives for its path, method and status. */
    public ConsoleClient.Answer check(String method, String path, ConsoleClient.Answer answer) {
        JsonNode operation = document.path("paths").path(path).path(method);
        assertThat(operation.isObject()).as("%s %s is described", method, path).isTrue();
        JsonNode response = operation.path("responses").path(Integer.toString(answer.status()));
        assertThat(response.isObject()).as("%s %s may answer %d: %s", method, path, answer.status(), answer.text()).isTrue();
        if (response.has("$ref")) {
            response = document.at(response.get("$ref").asText().substring(1));
        }
        String type = response.path("content").fieldNames().next();
        assertThat(answer.header("Content-Type")).startsWith(type);
        JsonNode schema = response.path("content").path(type).path("schema");
        ObjectNode whole = document.deepCopy();
        whole.setAll((ObjectNode) schema);
        Set<ValidationMessage> flaws = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(whole)
                .validate(type.endsWith("json") ? answer.json() : whole.textNode(answer.text()));
        assertThat(flaws).as("%s %s: %s", method, path, answer.text()).isEmpty();
        seen.add(method + " " + path);
        return answer;
    }

    /** Everything described was asked for at least once. */
    public void requireAllSeen() {
        assertThat(seen).isEqualTo(described());
    }

    /** All that is described, as {@code get /api/status}. */
    public Set<String> described() {
        Set<String> described = new TreeSet<>();
        document.path("paths").fields().forEachRemaining(path -> path.getValue().fieldNames()
                .forEachRemaining(method -> described.add(method + " " + path.getKey())));
        return described;
    }
}
