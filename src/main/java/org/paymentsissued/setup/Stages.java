package org.paymentsissued.setup;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckRepository;
import org.apache.camel.impl.health.ConsumersHealthCheckRepository;
import org.apache.camel.impl.health.RoutesHealthCheckRepository;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.paymentsissued.routecheck.RouteCheck.Source;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;

/**
 * The routes of the route files in a running Camel, restarted between two syncs. The program's own routes go on; what they
 * send to a stage meanwhile waits in Camel's direct component, whose patience is half a minute.
 */
final class Stages {

    private static final Duration QUIET_WITHIN = Duration.ofSeconds(2);
    private static final long BETWEEN_GLANCES_MILLIS = 20;
    /** Longer than a restart takes. A tick that falls into one is lost, and the next one may be a day away. */
    private static final Duration BEFORE_A_TICK = Duration.ofSeconds(10);
    private static final Duration OFTEN = Duration.ofMinutes(1);

    private final CamelContext camel;
    private final Model model;
    private final Path folder;
    private final Set<String> programsOwn;

    /** @param folder where the files are, for the locations that Camel names */
    Stages(CamelContext camel, Path folder) {
        this.camel = camel;
        this.model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        this.folder = folder;
        this.programsOwn = camel.getRoutes().stream().filter(route -> route.getSourceResource() != null
                && route.getSourceResource().getLocation().startsWith("classpath:")).map(Route::getId).collect(Collectors.toSet());
    }

    /** Camel refused routes that passed the check. */
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

        /** Whether the previous routes run again; if not, no stage runs. */
        boolean oldOnesRun() {
            return oldOnesRun;
        }
    }

    /**
     * Replaces the running routes with the changed ones, unless something is in progress in them.
     *
     * @param running the files whose routes run; they are started again if Camel refuses the changed ones
     * @return false if something is in progress or about to start; nothing was changed then
     */
    boolean exchange(List<Source> running, List<Source> changed) throws NotStarted, InterruptedException {
        long end = System.nanoTime() + QUIET_WITHIN.toNanos();
        while (isTickNear() || isUnderWay(Stream.concat(stages().stream().map(Route::getId), callers()))) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_GLANCES_MILLIS);
        }
        List<Route> started = stages().stream().filter(this::isStarted).toList();
        started.forEach(route -> ServiceHelper.stopService(route.getConsumer()));
        if (isUnderWay(started.stream().map(Route::getId))) {
            // It came in just before. No route was taken away, so it ends as if nothing had been tried.
            started.forEach(route -> ServiceHelper.startService(route.getConsumer()));
            return false;
        }
        replace(running, changed);
        return true;
    }

    private boolean isUnderWay(Stream<String> routes) {
        return routes.anyMatch(route -> camel.getInflightRepository().size(route) > 0);
    }

    private boolean isStarted(Route route) {
        return camel.getRouteController().getRouteStatus(route.getId()) == ServiceStatus.Started;
    }

    /** Routes of the program that call a stage, some of them one after the other. */
    private Stream<String> callers() {
        Set<String> addresses = stages().stream().map(route -> route.getEndpoint().getEndpointKey()).collect(Collectors.toSet());
        return model.getRouteDefinitions().stream().filter(route -> programsOwn.contains(route.getId()))
                .filter(route -> ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class).stream()
                        .anyMatch(to -> addresses.contains(to.getEndpointUri().replace("direct:", "direct://"))))
                .map(RouteDefinition::getId);
    }

    private boolean isTickNear() {
        Scheduler scheduler = camel.hasComponent("quartz") instanceof QuartzComponent quartz ? quartz.getScheduler() : null;
        try {
            if (scheduler == null || !scheduler.isStarted()) {
                return false;
            }
            Date now = Date.from(Instant.now().minusSeconds(1));
            Date soon = Date.from(Instant.now().plus(BEFORE_A_TICK));
            for (TriggerKey key : scheduler.getTriggerKeys(GroupMatcher.anyTriggerGroup())) {
                Trigger trigger = scheduler.getTrigger(key);
                Date next = trigger == null ? null : trigger.getNextFireTime();
                if (next != null && next.after(now) && next.before(soon)) {
                    Date after = trigger.getFireTimeAfter(next);
                    if (after == null || after.toInstant().isAfter(next.toInstant().plus(OFTEN))) {
                        return true;
                    }
                }
            }
            return false;
        } catch (SchedulerException e) {
            throw new IllegalStateException("The schedules cannot be read", e);
        }
    }

    private void replace(List<Source> running, List<Source> changed) throws NotStarted {
        try {
            removeAll();
            build(changed);
        } catch (Exception refused) {
            try {
                removeAll();
                build(running);
            } catch (Exception e) {
                refused.addSuppressed(e);
                throw new NotStarted(refused, false);
            }
            throw new NotStarted(refused, true);
        } finally {
            forgetHealthOfRemovedRoutes();
        }
    }

    /** Parts that Camel did not get to build are in the model alone. */
    private void removeAll() throws Exception {
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

    /** Builds all routes before it starts the first, so that no message meets half of them; what is called starts before what calls. */
    private void build(List<Source> sources) throws Exception {
        List<Resource> files = sources.stream().map(source -> ResourceHelper.fromBytes(
                "file:" + folder.resolve(source.name()).toAbsolutePath().toString().replace('\\', '/'), source.bytes())).toList();
        String excluded = camel.getAutoStartupExcludePattern();
        camel.setAutoStartupExcludePattern("*");
        try {
            PluginHelper.getRoutesLoader(camel).loadRoutes(files);
        } finally {
            camel.setAutoStartupExcludePattern(excluded);
        }
        for (boolean isCalled : new boolean[] {true, false}) {
            for (Route route : stages()) {
                if (route.isAutoStartup() && isCalled == route.getEndpoint().getEndpointUri().startsWith("direct:")) {
                    start(route);
                }
            }
        }
    }

    private void start(Route route) {
        try {
            camel.getRouteController().startRoute(route.getId());
        } catch (Exception e) {
            // Not every consumer says whose it is.
            throw new IllegalStateException("The route \"" + route.getId() + "\" cannot be started", e);
        }
    }

    private List<Route> stages() {
        return camel.getRoutes().stream().filter(route -> !programsOwn.contains(route.getId())).toList();
    }

    /** Camel's health keeps every route that it was ever asked about. */
    private void forgetHealthOfRemovedRoutes() {
        HealthCheckRegistry health = HealthCheckRegistry.get(camel);
        for (HealthCheckRepository fresh : List.of(new RoutesHealthCheckRepository(), new ConsumersHealthCheckRepository())) {
            Optional.ofNullable(health).flatMap(registry -> registry.getRepository(fresh.getId())).ifPresent(known -> {
                fresh.setEnabled(known.isEnabled());
                health.unregister(known);
                health.register(fresh);
            });
        }
    }
}
