package org.paymentsissued.routecheck;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;

/** Whether the beans that routes name are there, and have the methods that are called. */
final class Beans {

    private static final Pattern REFERENCE = Pattern.compile("#(?:bean:)?([A-Za-z][\\w.-]*)");

    private final CamelContext camel;
    private final Map<String, Class<?>> product;

    Beans(CamelContext camel, Map<String, Class<?>> product) {
        this.camel = camel;
        this.product = product;
    }

    void check(List<RouteFile> files, Consumer<RouteFlaw> flaws) {
        Map<String, Class<?>> beans = new HashMap<>(product);
        files.forEach(file -> file.root().all().filter(Beans::isDefinition).forEach(own -> beans.put(own.text("name"),
                Optional.<Class<?>>ofNullable(camel.getClassResolver().resolveClass(own.text("type").replace("#class:", "")))
                        .orElse(Object.class))));
        for (RouteFile file : files) {
            file.root().all().forEach(part -> {
                Matcher reference = REFERENCE.matcher(part.text());
                if (reference.matches() && !beans.containsKey(reference.group(1))) {
                    flaws.accept(unknown(file, part, reference.group(1), beans.keySet()));
                }
                boolean call = part.name().equals("bean") && !isDefinition(part)
                        || part.name().equals("method") && !part.parts().isEmpty();
                if (call) {
                    call(file, part, beans, flaws);
                }
            });
        }
    }

    private static boolean isDefinition(Part part) {
        return (part.name().equals("bean") || part.name().equals("beans")) && part.has("name") && part.has("type");
    }

    private void call(RouteFile file, Part call, Map<String, Class<?>> beans, Consumer<RouteFlaw> flaws) {
        String ref = call.text("ref");
        Part place = call.part("ref").orElse(call);
        if (ref.contains("${") || ref.contains("{{")) {
            return;
        }
        Class<?> type = ref.isEmpty() ? camel.getClassResolver().resolveClass(call.text("beanType")) : beans.get(ref);
        if (ref.isEmpty() && !call.has("beanType") && !call.has("type")) {
            flaws.accept(new RouteFlaw(file.name(), call.line(), "\"" + call.name() + "\" names no bean. Expected \"ref: name\"."));
        } else if (type == null && !ref.isEmpty()) {
            Class<?> named = camel.getClassResolver().resolveClass(ref);
            if (named == null) {
                flaws.accept(unknown(file, place, ref, beans.keySet()));
            }
        } else if (type == null && call.has("beanType")) {
            flaws.accept(new RouteFlaw(file.name(), call.line(), "there is no class \"" + call.text("beanType") + "\"."));
        } else if (type != null && type != Object.class) {
            call.part("method").filter(method -> !method.text().isEmpty() && !method.text().contains("{{"))
                    .ifPresent(method -> method(file, method, ref, type, flaws));
        }
    }

    private static void method(RouteFile file, Part written, String ref, Class<?> type, Consumer<RouteFlaw> flaws) {
        String text = written.text().strip();
        int bracket = text.indexOf('(');
        String name = bracket < 0 ? text : text.substring(0, bracket);
        List<Method> all = Arrays.stream(type.getMethods()).filter(method -> method.getDeclaringClass() != Object.class).toList();
        List<Method> named = all.stream().filter(method -> method.getName().equals(name)).toList();
        if (named.isEmpty()) {
            Set<String> names = all.stream().map(Method::getName).collect(Collectors.toCollection(TreeSet::new));
            String near = Nearest.sentence(name, names);
            flaws.accept(new RouteFlaw(file.name(), written.line(), "the bean \"" + ref + "\" has no method \"" + name + "\"."
                    + (near.isEmpty() ? " Expected one of " + String.join(", ", names) + "." : near)));
        } else if (bracket >= 0 && !text.endsWith(")")) {
            flaws.accept(new RouteFlaw(file.name(), written.line(), "\"" + text + "\" lacks its closing bracket."));
        } else if (bracket >= 0 && named.stream().noneMatch(method -> method.getParameterCount() == arguments(text))) {
            flaws.accept(new RouteFlaw(file.name(), written.line(), "\"" + name + "\" of the bean \"" + ref + "\" takes "
                    + named.stream().map(Method::getParameterCount).distinct().sorted().map(String::valueOf)
                            .collect(Collectors.joining(" or ")) + " values, here are " + arguments(text) + "."));
        }
    }

    /** How many values stand between the brackets, where one may hold commas in an expression or a quote. */
    private static int arguments(String call) {
        String inside = call.substring(call.indexOf('(') + 1, call.length() - 1).strip();
        if (inside.isEmpty()) {
            return 0;
        }
        return inside.replaceAll("\\$\\{[^}]*}", "_").replaceAll("'[^']*'", "_").split(",", -1).length;
    }

    private static RouteFlaw unknown(RouteFile file, Part place, String name, Set<String> known) {
        return new RouteFlaw(file.name(), place.line(), "there is no bean \"" + name + "\"." + Nearest.sentence(name, known));
    }
}
