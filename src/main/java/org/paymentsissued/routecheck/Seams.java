package org.paymentsissued.routecheck;

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

/** Whether the routes hang together: every seam that is called is there, once, and no two ids are the same. */
final class Seams {

    private final Placeholders placeholders;

    Seams(Placeholders placeholders) {
        this.placeholders = placeholders;
    }

    private record Place(RouteFile file, Address address) {
        String words() {
            return file.name() + ", line " + address.line();
        }
    }

    /** @param serving the program's own routes that stand beside these; their seams and ids are taken */
    void check(List<RouteFile> files, List<RouteFile> serving, Consumer<RouteFlaw> flaws) {
        Map<String, Place> consumed = new LinkedHashMap<>();
        for (RouteFile file : files) {
            addresses(file).filter(place -> place.address.step().equals("from")).forEach(place -> {
                Place first = consumed.putIfAbsent(place.address.path(), place);
                if (first != null && place.address.uri().startsWith("direct:")) {
                    flaws.accept(new RouteFlaw(file.name(), place.address.line(), "a second route takes from \""
                            + place.address.path() + "\"; the first is in " + first.words() + ". Only one may."));
                }
            });
        }
        Set<String> served = new HashSet<>();
        serving.forEach(file -> addresses(file).filter(place -> place.address.step().equals("from"))
                .forEach(place -> served.add(place.address.path())));
        Set<String> called = new HashSet<>();
        for (RouteFile file : files) {
            addresses(file).filter(place -> !place.address.step().equals("from")).forEach(place -> {
                called.add(place.address.path());
                called(place, consumed.keySet(), served, flaws);
            });
        }
        for (Seam seam : Seam.ALL) {
            if (seam.isCalledFromElsewhere() && !consumed.containsKey(seam.address())) {
                flaws.accept(missing(seam, files, consumed, called));
            }
        }
        ids(files, serving, flaws);
    }

    private Stream<Place> addresses(RouteFile file) {
        return Address.in(file.root(), placeholders).filter(Address::isSeam).map(address -> new Place(file, address));
    }

    private static void called(Place place, Set<String> consumed, Set<String> served, Consumer<RouteFlaw> flaws) {
        String path = place.address.path();
        int expression = path.indexOf("${");
        boolean there = expression < 0 ? consumed.contains(path) || served.contains(path)
                : consumed.stream().anyMatch(name -> name.startsWith(path.substring(0, expression)));
        if (!there) {
            Set<String> known = new TreeSet<>(consumed);
            String shipped = Seam.of(path).map(seam -> " It is shipped in routes/" + seam.file() + ".").orElse("");
            flaws.accept(new RouteFlaw(place.file.name(), place.address.line(), "no route takes from \"" + path
                    + "\", so the message would fail here." + (shipped.isEmpty() ? Nearest.sentence(path, known) : shipped)));
        }
    }

    private static RouteFlaw missing(Seam seam, List<RouteFile> files, Map<String, Place> consumed, Set<String> called) {
        String why = "no route takes from \"" + seam.address() + "\", which is called by " + seam.caller()
                + ". It is shipped in routes/" + seam.file() + ".";
        Optional<Place> renamed = consumed.entrySet().stream().filter(other -> Seam.of(other.getKey()).isEmpty()
                        && !called.contains(other.getKey()) && Nearest.to(other.getKey(), Set.of(seam.address())).isPresent())
                .map(Map.Entry::getValue).findFirst();
        if (renamed.isPresent()) {
            return new RouteFlaw(renamed.get().file.name(), renamed.get().address.line(), "\"" + renamed.get().address.path()
                    + "\" is called by nobody, and " + why + " Did you mean \"" + seam.address() + "\"?");
        }
        String file = files.stream().map(RouteFile::name).filter(seam.file()::equals).findFirst().orElse(seam.file());
        return new RouteFlaw(file, 1, why);
    }

    private static void ids(List<RouteFile> files, List<RouteFile> serving, Consumer<RouteFlaw> flaws) {
        Map<String, String> places = new HashMap<>();
        serving.forEach(file -> file.root().all("id").forEach(id -> places.put(id.text(), "the program's own routes")));
        for (RouteFile file : files) {
            file.root().all("id").filter(id -> !id.text().isEmpty()).forEach(id -> {
                String first = places.putIfAbsent(id.text(), file.name() + ", line " + id.line());
                if (first != null) {
                    flaws.accept(new RouteFlaw(file.name(), id.line(), "the id \"" + id.text() + "\" stands a second time; the first"
                            + " is in " + first + ". Ids name routes and steps, so each may stand once."));
                }
            });
        }
    }
}
