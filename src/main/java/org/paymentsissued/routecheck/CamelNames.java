package org.paymentsissued.routecheck;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.CatalogCamelContext;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.EipModel;
import org.apache.camel.tooling.model.JsonMapper;
import org.apache.camel.tooling.model.LanguageModel;

/** What Camel itself says of the steps, components and languages that are installed. */
final class CamelNames {

    private static final String COMPONENTS = "META-INF/services/org/apache/camel/component.properties";

    private final CatalogCamelContext catalog;
    private final ClassLoader classes = CamelNames.class.getClassLoader();
    private final Map<String, Optional<EipModel>> steps = new HashMap<>();
    private final Map<String, Optional<ComponentModel>> components = new HashMap<>();

    CamelNames(CamelContext camel) {
        catalog = (CatalogCamelContext) camel;
    }

    /** A step, an expression or another element of the route language; empty where Camel knows none of that name. */
    Optional<EipModel> step(String name) {
        return steps.computeIfAbsent(name, wanted -> {
            try {
                return Optional.ofNullable(catalog.getEipParameterJsonSchema(wanted)).map(JsonMapper::generateEipModel);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** A component by the scheme of its addresses; empty where it is not installed. */
    Optional<ComponentModel> component(String scheme) {
        return components.computeIfAbsent(scheme, wanted -> {
            try {
                return Optional.ofNullable(catalog.getComponentParameterJsonSchema(wanted))
                        .map(JsonMapper::generateComponentModel);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    Set<String> componentNames() {
        Set<String> names = new TreeSet<>();
        try {
            for (URL url : Collections.list(classes.getResources(COMPONENTS))) {
                try (BufferedReader in = new BufferedReader(new InputStreamReader(url.openStream(), StandardCharsets.UTF_8))) {
                    in.lines().filter(line -> line.startsWith("components="))
                            .forEach(line -> names.addAll(List.of(line.substring("components=".length()).split(" "))));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    /** Names of the functions of the simple language, without what they take. */
    List<String> simpleFunctions() {
        try {
            LanguageModel simple = JsonMapper.generateLanguageModel(catalog.getLanguageParameterJsonSchema("simple"));
            List<String> names = new ArrayList<>();
            simple.getFunctions().forEach(function -> names.add(function.getName().split("[.:(\\[?]")[0]));
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
