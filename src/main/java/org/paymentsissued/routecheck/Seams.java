package org.paymentsissued.routecheck;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Whether the routes fit together: every called seam exists exactly once, and each name refers to one thing. */
final class Seams {

    private final Consumer<RouteFlaw> flaws;
    private final Map<String, Part> consumed = new LinkedHashMap<>();

    Seams(Consumer<RouteFlaw> flaws) {
        this.flaws = flaws;
    }

    /** @param serving the program's own routes that run beside these; their seams and ids are taken */
    void check(Part files, Part serving) {
        List<Address> calls = new ArrayList<>();
        Address.in(files).filter(Address::isSeam).filter(address -> address.isFrom() || !calls.add(address)).forEach(address -> {
            Part first = consumed.putIfAbsent(address.path(), address.place());
            if (first != null && address.uri().startsWith("direct:")) {
                flaws.accept(address.place().flaw("a second route takes from \"" + address.path() + "\"; the first is in "
                        + first.place() + ". Only one may."));
            }
        });
        Set<String> there = new HashSet<>(consumed.keySet());
        Address.in(serving).filter(Address::isFrom).forEach(address -> there.add(address.path()));
        calls.stream().filter(call -> there.stream().noneMatch(call::leadsTo)).forEach(call -> {
            String comes = Seam.of(call.path()).map(seam -> " It comes in routes/" + seam.file() + ".").orElse("");
            flaws.accept(call.place().flaw("no route takes from \"" + call.path() + "\", so the message would fail here."
                    + (comes.isEmpty() ? Nearest.sentence(call.path(), consumed.keySet()) : comes)));
        });
        Seam.ALL.stream().filter(seam -> seam.isCalledFromElsewhere() && !consumed.containsKey(seam.address()))
                .forEach(seam -> missing(seam, files, calls));
        ids(files, serving);
    }

    private void missing(Seam seam, Part files, List<Address> calls) {
        String why = "no route takes from \"" + seam.address() + "\", which is called by " + seam.caller() + ". It comes in routes/"
                + seam.file() + ".";
        Optional<String> renamed = consumed.keySet().stream().filter(other -> Seam.of(other).isEmpty()
                && calls.stream().noneMatch(call -> call.leadsTo(other)) && Nearest.to(other, Set.of(seam.address())).isPresent())
                .findFirst();
        flaws.accept(renamed.map(other -> consumed.get(other).flaw("nothing calls \"" + other + "\", and " + why + " Did you mean \""
                + seam.address() + "\"?")).orElse(new RouteFlaw(seam.file(), 1, why)));
    }

    private void ids(Part files, Part serving) {
        Map<String, String> places = new HashMap<>();
        serving.all("id").forEach(id -> places.put(id.text(), "the program's own routes"));
        files.all("id").filter(id -> !id.text().isEmpty()).forEach(id -> {
            String first = places.putIfAbsent(id.text(), id.place());
            if (first != null && !first.equals(id.place())) {
                flaws.accept(id.flaw("the id \"" + id.text() + "\" is used a second time; the first is in " + first
                        + ". Ids name routes and steps, so each may be used once."));
            }
        });
    }

    /** @param files as they are written, templates among them */
    void checkNames(Part files) {
        named(files, "routeConfiguration", "routeConfigurationId");
        named(files, "routeTemplate", "routeTemplateRef");
    }

    /** A name that means nothing is silently ignored by Camel. */
    private void named(Part files, String what, String by) {
        Set<String> known = new TreeSet<>();
        files.all(what).forEach(part -> known.add(part.text("id")));
        files.all(by).forEach(part -> Stream.of(part.text().split("\\s*,\\s*"))
                .filter(name -> !known.contains(name) && !name.contains("*"))
                .forEach(name -> flaws.accept(part.flaw("there is no " + what + " \"" + name + "\"."
                        + Nearest.sentence(name, known)))));
    }
}
