package org.paymentsissued.routecheck;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * A call of a bean: a step, an expression, or an address such as {@code bean:syncs?method=begin}.
 *
 * @param place  where the bean is named
 * @param ref    name of the bean; empty where its class is given
 * @param type   its class; empty where its name is given
 * @param method the method as written, with its values
 */
record BeanCall(Part place, String ref, String type, Optional<Part> method) {

    static Stream<BeanCall> in(Part root) {
        return Stream.concat(root.steps().filter(BeanCall::isStep).map(call -> new BeanCall(call.part("ref").orElse(call),
                call.text("ref"), call.has("beanType") ? call.text("beanType") : call.text("type"), call.part("method"))),
                Address.in(root).filter(address -> address.scheme().filter(scheme -> scheme.equals("bean")).isPresent())
                        .map(address -> new BeanCall(address.place(), address.path().replaceFirst("^bean:(//)?", ""), "",
                                address.options().stream().filter(option -> option.name().equals("method")).findFirst())));
    }

    private static boolean isStep(Part part) {
        return part.name().equals("bean") && !isDefinition(part) || part.name().equals("method") && !part.parts().isEmpty();
    }

    static boolean isDefinition(Part part) {
        return (part.name().equals("bean") || part.name().equals("beans")) && part.has("name") && part.has("type");
    }

    /** Name of the method, without its values. */
    String methodName() {
        return method.map(written -> written.text().strip().split("\\(", 2)[0]).orElse("");
    }
}
