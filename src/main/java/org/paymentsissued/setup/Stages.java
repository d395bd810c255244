package org.paymentsissued.setup;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckRepository;
import org.apache.camel.impl.health.ConsumersHealthCheckRepository;
import org.apache.camel.impl.health.RoutesHealthCheckRepository;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RouteController;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.paymentsissued.routecheck.RouteCheck.Source;
import org.quartz.SchedulerException;

/**
 * The routes of the route files in a running Camel, exchanged as one while no message is under way in them. The program's own
 * routes stay as they are.
 */
final class Stages {

    /** How long schedules are held for what is under way; a tick that much late is none lost. */
    private static final Duration QUIET_WITHIN = Duration.ofSeconds(2);
    private static final long BETWEEN_GLANCES_MILLIS = 20;
    /** How long people and the Web Connector are held up. */
    private static final Duration SHUT_WITHIN = Duration.ofSeconds(1);
    private static final long STOPPED_WITHIN_SECONDS = 5;
    private static final String NONE_BY_ITSELF = "*";

    private final CamelContext camel;
    private final Model model;
    private final RouteController controller;
    private final StageDoor door;
    private final Path folder;
    private final Set<String> programsOwn;

    /** @param folder where the files lie, for the locations that Camel tells */
    Stages(CamelContext camel, StageDoor door, Path folder) {
        this.camel = camel;
        this.model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        this.controller = camel.getRouteController();
        this.door = door;
        this.folder = folder;
        this.programsOwn = camel.getRoutes().stream().filter(Stages::isProgramsOwn).map(Route::getId)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean isProgramsOwn(Route route) {
        return route.getSourceResource() != null && route.getSourceResource().getLocation().startsWith("classpath:");
    }

    /** The routes could not be started. */
    static final class NotStarted extends Exception {
        private final transient Exception refusal;
        private final boolean oldOnesRun;

        private NotStarted(Exception refusal, boolean oldOnesRun) {
            super(refusal);
            this.refusal = refusal;
            this.oldOnesRun = oldOnesRun;
        }

        Exception refusal() {
            return refusal;
        }

        /** Whether those before run again; if not, no stage runs. */
        boolean oldOnesRun() {
            return oldOnesRun;
        }
    }

    /**
     * Exchanges the routes, if nothing is under way in them.
     *
     * @param running the files whose routes run; they are started again where the changed ones cannot be
     * @return false where something is under way; nothing was changed then
     * @throws NotStarted where Camel refuses the changed ones
     */
    boolean exchange(List<Source> running, List<Source> changed) throws NotStarted, InterruptedException {
        try (Ticks ticks = Ticks.hold(camel)) {
            return isQuietSoon(ticks) && door.closeWithin(SHUT_WITHIN) && exchangeBehindTheDoor(running, changed, ticks);
        } catch (SchedulerException e) {
            throw new NotStarted(e, true);
        }
    }

    private boolean isQuietSoon(Ticks ticks) throws SchedulerException, InterruptedException {
        long end = System.nanoTime() + QUIET_WITHIN.toNanos();
        while (ticks.isOneUnderWay() || isAMessageUnderWay()) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_GLANCES_MILLIS);
        }
        return true;
    }

    private boolean exchangeBehindTheDoor(List<Source> running, List<Source> changed, Ticks ticks) throws NotStarted {
        try {
            if (!haveStopped(ticks)) {
                return false;
            }
            replace(running, changed, ticks);
            return true;
        } finally {
            door.open();
        }
    }

    /** Stops what runs by itself, unless a message has come in between. */
    private boolean haveStopped(Ticks ticks) throws NotStarted {
        try {
            if (!isAMessageUnderWay() && stopWhatRunsByItself() && !isAMessageUnderWay()) {
                ticks.remember();
                return true;
            }
            startAll();
            return false;
        } catch (Exception e) {
            throw new NotStarted(e, false);
        }
    }

    private void replace(List<Source> running, List<Source> changed, Ticks ticks) throws NotStarted {
        try {
            removeAll();
            build(changed, ticks);
        } catch (Exception refused) {
            try {
                removeAll();
                build(running, ticks);
            } catch (Exception e) {
                refused.addSuppressed(e);
                throw new NotStarted(refused, false);
            }
            throw new NotStarted(refused, true);
        } finally {
            forgetHealthOfRemovedRoutes();
        }
    }

    /** Builds all routes before it starts the first, so that no message meets half of them. */
    private void build(List<Source> sources, Ticks ticks) throws Exception {
        List<Resource> files = sources.stream().map(source -> ResourceHelper.fromBytes(
                "file:" + folder.resolve(source.name()).toAbsolutePath().toString().replace('\\', '/'), source.bytes())).toList();
        String excluded = camel.getAutoStartupExcludePattern();
        camel.setAutoStartupExcludePattern(NONE_BY_ITSELF);
        try {
            PluginHelper.getRoutesLoader(camel).loadRoutes(files);
        } finally {
            camel.setAutoStartupExcludePattern(excluded);
        }
        ticks.makeUp();
        startAll();
    }

    private List<Route> stages(Predicate<Route> wanted) {
        return camel.getRoutes().stream().filter(route -> !programsOwn.contains(route.getId())).filter(wanted).toList();
    }

    private static boolean isCalled(Route route) {
        return route.getEndpoint().getEndpointUri().startsWith("direct:");
    }

    private static boolean runsByItself(Route route) {
        return !isCalled(route);
    }

    /** What is called starts before what calls. */
    private void startAll() throws Exception {
        List<Route> all = new ArrayList<>(stages(Stages::isCalled));
        all.addAll(stages(Stages::runsByItself));
        for (Route route : all) {
            if (route.isAutoStartup() && controller.getRouteStatus(route.getId()) != ServiceStatus.Started) {
                start(route);
            }
        }
    }

    private void start(Route route) throws Exception {
        try {
            controller.startRoute(route.getId());
        } catch (Exception e) {
            // Not every consumer says whose it is.
            throw new IllegalStateException("The route \"" + route.getId() + "\" cannot be started", e);
        }
    }

    private boolean isAMessageUnderWay() {
        return !stages(route -> camel.getInflightRepository().size(route.getId()) > 0).isEmpty();
    }

    /** @return false where a message has come in between, and is not through in time */
    private boolean stopWhatRunsByItself() throws Exception {
        for (Route route : stages(Stages::runsByItself)) {
            if (controller.getRouteStatus(route.getId()) == ServiceStatus.Started
                    && !controller.stopRoute(route.getId(), STOPPED_WITHIN_SECONDS, TimeUnit.SECONDS, true)) {
                return false;
            }
        }
        return true;
    }

    /** What calls goes before what is called. Parts that Camel did not get to build stand in the model alone. */
    private void removeAll() throws Exception {
        for (Route route : stages(Stages::runsByItself)) {
            controller.stopRoute(route.getId());
        }
        for (RouteDefinition definition : List.copyOf(model.getRouteDefinitions())) {
            if (!programsOwn.contains(definition.getId())) {
                model.removeRouteDefinition(definition);
            }
        }
        for (var configuration : List.copyOf(model.getRouteConfigurationDefinitions())) {
            model.removeRouteConfiguration(configuration);
        }
        model.removeRouteTemplateDefinitions("*");
        model.getRestDefinitions().clear();
    }

    /** Camel's health keeps every route that it was ever asked about. */
    private void forgetHealthOfRemovedRoutes() {
        HealthCheckRegistry health = HealthCheckRegistry.get(camel);
        for (HealthCheckRepository fresh : List.of(new RoutesHealthCheckRepository(), new ConsumersHealthCheckRepository())) {
            Optional<HealthCheckRepository> before = health == null ? Optional.empty() : health.getRepository(fresh.getId());
            before.ifPresent(known -> {
                fresh.setEnabled(known.isEnabled());
                health.unregister(known);
                health.register(fresh);
            });
        }
    }
}
