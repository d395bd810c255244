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

/** Whether the beans that routes name exist and have the methods that are called. */
final class Beans {

    private static final Pattern REFERENCE = Pattern.compile("#(?:bean:)?([A-Za-z][\\w.-]*)");

    private final CamelContext camel;
    private final Map<String, Class<?>> beans;
    private final Consumer<RouteFlaw> flaws;

    Beans(CamelContext camel, Map<String, Class<?>> product, Consumer<RouteFlaw> flaws) {
        this.camel = camel;
        this.beans = new HashMap<>(product);
        this.flaws = flaws;
    }

    void check(Part files) {
        files.all().filter(BeanCall::isDefinition).forEach(own -> beans.put(own.text("name"),
                classOf(own.text("type").replace("#class:", "")).orElse(Object.class)));
        files.all().forEach(part -> {
            Matcher reference = REFERENCE.matcher(part.text());
            if (reference.matches() && !beans.containsKey(reference.group(1))) {
                unknown(part, reference.group(1));
            }
        });
        BeanCall.in(files).filter(call -> !call.ref().contains("${") && !call.ref().contains("{{")).forEach(this::call);
    }

    private Optional<Class<?>> classOf(String name) {
        return Optional.ofNullable(camel.getClassResolver().resolveClass(name));
    }

    private void call(BeanCall call) {
        Optional<Class<?>> type = call.ref().isEmpty() ? classOf(call.type())
                : Optional.<Class<?>>ofNullable(beans.get(call.ref())).or(() -> classOf(call.ref()));
        if (type.isPresent()) {
            call.method().filter(method -> type.get() != Object.class && !method.text().isEmpty() && !method.text().contains("{{"))
                    .ifPresent(method -> method(call, method, type.get()));
        } else if (!call.ref().isEmpty()) {
            unknown(call.place(), call.ref());
        } else {
            flaws.accept(call.place().flaw(call.type().isEmpty() ? "\"" + call.place().name()
                    + "\" names no bean. Expected \"ref: name\"." : "there is no class \"" + call.type() + "\"."));
        }
    }

    private void method(BeanCall call, Part written, Class<?> type) {
        String text = written.text().strip();
        String name = call.methodName();
        List<Method> all = Arrays.stream(type.getMethods()).filter(method -> method.getDeclaringClass() != Object.class).toList();
        List<Method> named = all.stream().filter(method -> method.getName().equals(name)).toList();
        boolean hasValues = text.contains("(");
        if (named.isEmpty()) {
            Set<String> names = all.stream().map(Method::getName).collect(Collectors.toCollection(TreeSet::new));
            String near = Nearest.sentence(name, names);
            flaws.accept(written.flaw("the bean \"" + call.ref() + "\" has no method \"" + name + "\"."
                    + (near.isEmpty() ? " Expected one of " + String.join(", ", names) + "." : near)));
        } else if (hasValues && !text.endsWith(")")) {
            flaws.accept(written.flaw("\"" + text + "\" lacks its closing bracket."));
        } else if (hasValues && named.stream().noneMatch(method -> method.getParameterCount() == values(text))) {
            flaws.accept(written.flaw("\"" + name + "\" of the bean \"" + call.ref() + "\" takes "
                    + named.stream().map(Method::getParameterCount).distinct().sorted().map(String::valueOf)
                            .collect(Collectors.joining(" or ")) + " values, here are " + values(text) + "."));
        }
    }

    /** How many values are between the brackets; one may hold commas in an expression or a quote. */
    private static int values(String call) {
        String inside = call.substring(call.indexOf('(') + 1, call.length() - 1).strip();
        return inside.isEmpty() ? 0 : inside.replaceAll("\\$\\{[^}]*}", "_").replaceAll("'[^']*'", "_").split(",", -1).length;
    }

    private void unknown(Part place, String name) {
        flaws.accept(place.flaw("there is no bean \"" + name + "\"." + Nearest.sentence(name, beans.keySet())));
    }
}
