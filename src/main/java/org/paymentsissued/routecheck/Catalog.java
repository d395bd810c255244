package org.paymentsissued.routecheck;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.catalog.impl.DefaultRuntimeCamelCatalog;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.EipModel;

/** What Camel's own catalog says about the steps, components and languages that are installed. */
final class Catalog {

    private final DefaultRuntimeCamelCatalog camels = new DefaultRuntimeCamelCatalog();
    /** Camel's own cache asks the class path again for each name that is no step, and most are none. */
    private final Map<String, Optional<EipModel>> steps = new HashMap<>();

    Catalog(CamelContext camel) {
        camels.setCamelContext(camel);
        camels.start();
    }

    /** A step, an expression or another element of the route language; empty if Camel knows none with that name. */
    Optional<EipModel> step(String name) {
        return steps.computeIfAbsent(name, wanted -> Optional.ofNullable(camels.eipModel(wanted)));
    }

    boolean hasComponent(String scheme) {
        return camels.componentModel(scheme) != null;
    }

    ComponentModel component(String scheme) {
        return camels.componentModel(scheme);
    }

    EndpointValidationResult validate(String scheme, Map<String, String> options) {
        return camels.validateProperties(scheme, options);
    }

    /** Names of the functions of the simple language, without what they take. */
    List<String> simpleFunctions() {
        return camels.languageModel("simple").getFunctions().stream().map(function -> function.getName().split("[.:(\\[?]")[0])
                .toList();
    }

    /** Headers that the installed components set. */
    Set<String> headers() {
        return componentNames().stream().filter(this::hasComponent).flatMap(name -> component(name).getEndpointHeaders().stream())
                .map(ComponentModel.EndpointHeaderModel::getName).collect(Collectors.toCollection(TreeSet::new));
    }

    static Set<String> componentNames() {
        Set<String> names = new TreeSet<>();
        try {
            for (URL url : Collections.list(Catalog.class.getClassLoader().getResources(
                    "META-INF/services/org/apache/camel/component.properties"))) {
                Properties properties = new Properties();
                try (InputStream in = url.openStream()) {
                    properties.load(in);
                }
                names.addAll(List.of(properties.getProperty("components", "").split(" ")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }
}
