package org.paymentsissued.routecheck;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The routes of all files, those made of templates among them.
 *
 * @param files what is in the files, a part each
 */
record Routes(Part files) {

    static Routes of(List<Part> files) {
        Map<String, Part> templates = new TreeMap<>();
        files.forEach(file -> file.all("routeTemplate").forEach(template -> templates.put(template.text("id"), template)));
        Set<String> used = new HashSet<>();
        files.forEach(file -> file.all("templatedRoute").forEach(route -> used.add(route.text("routeTemplateRef"))));
        List<Part> whole = files.stream().map(file -> file.named(file.name(), file.parts().stream()
                .filter(part -> !part.name().equals("routeTemplate") || !used.contains(part.text("id")))
                .map(part -> part.name().equals("templatedRoute") && templates.containsKey(part.text("routeTemplateRef"))
                        ? made(templates.get(part.text("routeTemplateRef")), part) : part).toList())).toList();
        return new Routes(together(whole));
    }

    static Part together(List<Part> files) {
        return new Part("", "files", 1, false, "", files);
    }

    private static Part made(Part template, Part use) {
        Map<String, String> values = new TreeMap<>();
        template.parts().forEach(parameter -> values.put(parameter.text("name"), parameter.text("defaultValue")));
        use.parts().forEach(parameter -> values.put(parameter.text("name"), parameter.text("value")));
        values.remove("");
        Part body = template.part("route").orElse(template);
        List<Part> parts = new ArrayList<>(body.parts().stream().filter(part -> !part.name().equals("id")
                && !part.name().equals("parameters") && !part.name().equals("templateParameter")).toList());
        use.part("routeId").ifPresent(id -> parts.add(id.named("id", List.of())));
        return body.named("route", parts).with(new Placeholders(values, Set.of())::fill);
    }

    /** In the order they are written. */
    Stream<Part> each() {
        return top("route", "from");
    }

    private Stream<Part> top(String... names) {
        return files.parts().stream().flatMap(file -> file.parts().stream()).filter(part -> Set.of(names).contains(part.name()));
    }

    /** What handles the errors of a route: the configurations that name it, and those that name none. */
    List<Part> configurationsOf(Part route) {
        List<String> named = List.of(route.text("routeConfigurationId").split("\\s*,\\s*"));
        return top("routeConfiguration").filter(part -> !part.has("id") || named.contains(part.text("id"))).toList();
    }

    /** Routes by what they take from. */
    Map<String, Part> byAddress() {
        Map<String, Part> routes = new LinkedHashMap<>();
        each().forEach(route -> Address.in(route).filter(Address::isFrom).findFirst()
                .ifPresent(from -> routes.putIfAbsent(from.path(), route)));
        return routes;
    }

    /** The routes reached from a seam without leaving the exchange, its own first, each before what handles its errors. */
    List<Part> reached(String seam) {
        Map<String, Part> routes = byAddress();
        List<Part> reached = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(seam));
        while (!open.isEmpty()) {
            String at = open.poll();
            if (seen.add(at) && routes.containsKey(at)) {
                List<Part> parts = new ArrayList<>(List.of(routes.get(at)));
                parts.addAll(configurationsOf(routes.get(at)));
                reached.addAll(parts);
                parts.stream().flatMap(Address::in).filter(call -> call.isSeam() && !call.isFrom()).forEach(call ->
                        routes.keySet().stream().filter(call::leadsTo).forEach(open::add));
            }
        }
        return reached;
    }
}
