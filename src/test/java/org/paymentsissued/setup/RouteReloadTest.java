package org.paymentsissued.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.RouteWatcherReloadStrategy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.routecheck.RouteCheck.Source;
import org.paymentsissued.routecheck.RouteFlaw;
import org.paymentsissued.watch.RouteChanges;
import org.paymentsissued.watch.RouteChanges.State;
import org.quartz.JobKey;
import org.quartz.impl.matchers.GroupMatcher;

/** Route files changed under a running product. The looks at the folder are made by hand, so that nothing hangs on time. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RouteReloadTest {

    private static final String YOURS = "60-yours.yaml";
    private static final String WRONG = "- route:\n    id: broken\n    from:\n      uri: direct:broken\n      stepps: []\n";
    private static final JobKey POLL = JobKey.jobKey("poll", "payments-issued");
    private static final Duration SOON = Duration.ofMinutes(1);

    private static final Rig RIG = new Rig().with(Settings.ROUTES_RELOAD, "true")
            .with("procore.request-timeout", "2m").with("console.password", "a-password-for-tests");
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static Path routes;
    private static Installation product;
    private static int payments;

    @BeforeAll
    static void aRunningProduct() {
        RIG.procore.project(1001, "Riverside Clinic");
        RIG.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        RIG.withExample(Path.of("no-example"));
        routes = RIG.folder.resolve("routes");
        product = RIG.serve();
        // No look but those that a test makes.
        reload().close();
    }

    @AfterAll
    static void close() {
        product.close();
        RIG.close();
    }

    @BeforeEach
    void theShippedRoutesRun() throws Exception {
        try (Stream<Path> files = Files.list(routes)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.toList()) {
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
        await().atMost(SOON).pollInterval(Duration.ofMillis(100)).until(() -> {
            settle();
            return changes().state() == State.CURRENT;
        });
    }

    @AfterEach
    void nothingWentWrong() {
        RIG.procore.duringCalls(call -> { });
        assertThat(RIG.procore.violations()).isEmpty();
        assertThat(RIG.deadLetters()).isEmpty();
    }

    // ---- words ---------------------------------------------------------------------------------------------------

    private static RouteReload reload() {
        return product.reload().orElseThrow();
    }

    private static RouteChanges changes() {
        return reload().changes();
    }

    /** As many looks as a change needs that nothing holds up. */
    private static void settle() throws InterruptedException {
        for (int look = 0; look < 3; look++) {
            reload().look();
        }
    }

    private static String read(String file) throws IOException {
        return Files.readString(routes.resolve(file));
    }

    private static void write(String file, String text) throws IOException {
        Files.writeString(routes.resolve(file), text);
    }

    /** The shipped file, with notes of its own on each payment. */
    private static String notes(String text) throws IOException {
        return Files.readString(Path.of("routes", YOURS)).replace("""
                        - log: {loggingLevel: TRACE, message: "${body}"}
                """, """
                        - setBody:
                            id: yours-notes
                            method:
                              ref: mapping
                              method: notes(${body}, '%s')
                """.formatted(text));
    }

    /** A check that pays a bill of its own; what follows makes it known and asks for a sync. */
    private static String paid() {
        String id = "K" + ++payments;
        RIG.lookup(id + "-B,1001,11,work_order_contract,,");
        RIG.quickBooks.has(check(id).number(id).dated("2026-03-25").to("Harlan Drywall LLC").memo("as shipped")
                .pays(id + "-B", "HD-" + id, "100.00"));
        return id;
    }

    private static void sync() {
        product.template().sendBody("direct:sync", "test");
    }

    private static String notesOf(String id) {
        return RIG.paymentsIssued().stream().filter(record -> record.originId().equals(id + "|" + id + "-B")).map(PaymentIssued::notes)
                .reduce((one, other) -> {
                    throw new AssertionError(id + " is recorded twice");
                }).orElseThrow(() -> new AssertionError(id + " is not recorded"));
    }

    /** A sync that is held in the middle of a call to Procore. */
    private static final class HeldSync implements AutoCloseable {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final CompletableFuture<Void> sync;

        HeldSync() throws InterruptedException {
            RIG.procore.duringCalls(call -> {
                if (call.method().equals("POST") && call.path().contains("contract_payments")) {
                    reached.countDown();
                    try {
                        goOn.await(1, TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            });
            sync = CompletableFuture.runAsync(RouteReloadTest::sync);
            assertThat(reached.await(1, TimeUnit.MINUTES)).isTrue();
        }

        @Override
        public void close() {
            goOn.countDown();
            sync.orTimeout(1, TimeUnit.MINUTES).join();
        }
    }

    // ---- right changes -------------------------------------------------------------------------------------------

    @Test
    void a_right_change_runs_without_a_restart() throws Exception {
        String before = paid();
        sync();
        write(YOURS, notes("changed"));
        settle();
        String after = paid();
        sync();

        assertThat(changes().state()).isEqualTo(State.CURRENT);
        assertThat(notesOf(before)).isEqualTo("as shipped");
        assertThat(notesOf(after)).isEqualTo("changed");
    }

    @Test
    void a_sync_under_way_ends_on_the_routes_it_began_with() throws Exception {
        String first = paid();
        String second = paid();
        try (HeldSync held = new HeldSync()) {
            write(YOURS, notes("changed"));
            reload().look();
            reload().look();
            assertThat(changes().state()).isEqualTo(State.WAITING);
        }
        assertThat(notesOf(first)).isEqualTo("as shipped");
        assertThat(notesOf(second)).isEqualTo("as shipped");

        settle();
        assertThat(changes().state()).isEqualTo(State.CURRENT);
        String after = paid();
        sync();
        assertThat(notesOf(after)).isEqualTo("changed");
    }

    @Test
    void a_message_of_the_program_on_its_way_from_stage_to_stage_ends_on_the_routes_it_began_with() throws Exception {
        Exchange betweenStages = new DefaultExchange(product.camel());
        product.camel().getInflightRepository().add(betweenStages, "console-deliver");
        try {
            write(YOURS, notes("changed"));
            settle();
            assertThat(changes().state()).isEqualTo(State.WAITING);
        } finally {
            product.camel().getInflightRepository().remove(betweenStages, "console-deliver");
        }
        Exchange page = new DefaultExchange(product.camel());
        product.camel().getInflightRepository().add(page, "console-page");
        settle();
        product.camel().getInflightRepository().remove(page, "console-page");
        assertThat(changes().state()).as("a page of the console holds nothing up").isEqualTo(State.CURRENT);
    }

    @Test
    void files_that_belong_together_are_judged_when_all_are_written() throws Exception {
        write("70-notes.yaml", own("direct:own-notes"));
        write(YOURS, read(YOURS).replace("        - log: {loggingLevel: TRACE, message: \"${body}\"}",
                "        - to: direct:own-notes"));
        settle();
        assertThat(changes().state()).isEqualTo(State.CURRENT);

        write("70-notes.yaml", own("direct:our-notes"));
        reload().look();
        assertThat(changes().state()).as("the first of two is written").isEqualTo(State.CURRENT);
        write(YOURS, read(YOURS).replace("direct:own-notes", "direct:our-notes"));
        settle();

        assertThat(changes().state()).as(changes().toString()).isEqualTo(State.CURRENT);
        String after = paid();
        sync();
        assertThat(notesOf(after)).isEqualTo("own");
    }

    private static String own(String seam) {
        return """
                - route:
                    id: own-notes
                    from:
                      uri: %s
                      steps:
                        - setBody:
                            method:
                              ref: mapping
                              method: notes(${body}, 'own')
                """.formatted(seam);
    }

    @Test
    void of_files_that_belong_together_one_alone_is_kept_out_until_the_other_follows() throws Exception {
        write(YOURS, read(YOURS).replace("        - log: {loggingLevel: TRACE, message: \"${body}\"}",
                "        - to: direct:own-notes"));
        settle();
        assertThat(changes().state()).isEqualTo(State.KEPT_OUT);
        assertThat(changes().sentences()).singleElement().asString().contains("routes/60-yours.yaml, line 19",
                "no route takes from \"direct:own-notes\"");

        write("70-notes.yaml", own("direct:own-notes"));
        settle();
        assertThat(changes().state()).isEqualTo(State.CURRENT);
    }

    @Test
    void a_file_that_is_taken_away_takes_its_routes_with_it() throws Exception {
        write("70-own.yaml", own("direct:own"));
        settle();
        assertThat(product.camel().getRoute("own-notes")).isNotNull();

        Files.delete(routes.resolve("70-own.yaml"));
        settle();
        assertThat(product.camel().getRoute("own-notes")).isNull();
        assertThat(product.camel().getRouteController().getRouteStatus("deliver").isStarted()).isTrue();
    }

    @Test
    void policies_and_templates_change_and_go_with_their_file() throws Exception {
        for (String note : List.of("first", "second")) {
            write("70-own.yaml", """
                    - routeConfiguration:
                        id: own-aside
                        onException:
                          - onException:
                              exception: [java.lang.IllegalStateException]
                              continued: {constant: "true"}
                              steps: [{setBody: {constant: %1$s}}]
                    - routeTemplate:
                        id: own-failing
                        parameters: [{name: seam}]
                        route:
                          routeConfigurationId: own-aside
                          from:
                            uri: "direct:{{seam}}"
                            steps:
                              - throwException: {exceptionType: java.lang.IllegalStateException, message: "no"}
                    - templatedRoute: {routeTemplateRef: own-failing, routeId: own-made, parameters: [{name: seam, value: own-made}]}
                    """.formatted(note));
            settle();
            assertThat(changes().state()).as(changes().toString()).isEqualTo(State.CURRENT);
            assertThat(product.template().requestBody("direct:own-made", "", String.class)).isEqualTo(note);
        }
        Files.delete(routes.resolve("70-own.yaml"));
        settle();
        assertThat(changes().state()).as(changes().toString()).isEqualTo(State.CURRENT);
        assertThat(product.camel().getRoute("own-made")).isNull();
    }

    @Test
    void a_stage_that_is_taken_away_is_kept_running() throws Exception {
        Files.delete(routes.resolve("40-aggregate.yaml"));
        settle();
        assertThat(changes().state()).isEqualTo(State.KEPT_OUT);
        assertThat(changes().sentences()).anySatisfy(sentence -> assertThat(sentence)
                .contains("It comes in routes/40-aggregate.yaml"));
        String after = paid();
        sync();
        assertThat(notesOf(after)).isEqualTo("as shipped");
    }

    @Test
    void an_editor_may_replace_the_file_and_a_windows_machine_end_its_lines_in_its_own_way() throws Exception {
        Path aside = RIG.folder.resolve("saved.tmp");
        Files.write(aside, notes("from Windows").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
        Files.move(aside, routes.resolve(YOURS), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        settle();
        String after = paid();
        sync();
        assertThat(changes().state()).as(changes().toString()).isEqualTo(State.CURRENT);
        assertThat(notesOf(after)).isEqualTo("from Windows");
    }

    @Test
    void what_editors_leave_beside_a_file_is_no_route_file() throws Exception {
        write(".60-yours.yaml", "half a fi");
        Files.createSymbolicLink(routes.resolve(".#60-yours.yaml"), Path.of("nobody@nowhere"));
        write("60-yours.yaml~", "older");
        settle();
        assertThat(changes().state()).isEqualTo(State.CURRENT);
    }

    @Test
    void a_file_that_is_being_written_is_not_judged() throws Exception {
        String whole = notes("whole");
        for (int written = whole.length() / 5; written < whole.length(); written += whole.length() / 5) {
            write(YOURS, whole.substring(0, written));
            reload().look();
            assertThat(changes().state()).isEqualTo(State.CURRENT);
        }
        write(YOURS, whole);
        settle();
        assertThat(changes().state()).isEqualTo(State.CURRENT);
        String after = paid();
        sync();
        assertThat(notesOf(after)).isEqualTo("whole");
    }

    @Test
    void the_folder_is_looked_at_again_and_again() throws Exception {
        Path folder = Files.createDirectory(RIG.folder.resolve("looked-at"));
        Files.writeString(folder.resolve("10-poll.yaml"), "as it was");
        RouteReload.Judge strict = new RouteReload.Judge() {
            @Override
            public List<RouteFlaw> flaws() {
                return List.of(new RouteFlaw("10-poll.yaml", 7, "is not right"));
            }

            @Override
            public RouteFlaw place(List<Source> files, Exception refusal) {
                throw new AssertionError(refusal);
            }
        };
        try (RouteReload looking = new RouteReload(folder, RouteFiles.read(RouteFiles.in(folder)), strict, null, Clock.systemUTC())) {
            looking.watch();
            Files.writeString(folder.resolve("10-poll.yaml"), "as it is now");
            await().atMost(SOON).until(() -> looking.changes().state() == State.KEPT_OUT);
            assertThat(looking.changes().sentences()).containsExactly("routes/10-poll.yaml, line 7: is not right");
            Files.delete(folder.resolve("10-poll.yaml"));
            await().atMost(SOON).until(() -> looking.changes().sentences().toString().contains("contains no route file"));
        }
    }

    // ---- wrong changes -------------------------------------------------------------------------------------------

    @Test
    void a_wrong_change_is_kept_out_while_a_sync_goes_on_and_the_corrected_one_is_taken() throws Exception {
        String during = paid();
        try (HeldSync held = new HeldSync()) {
            write(YOURS, notes("changed").replace("yours-payment-read\n      steps", "yours-payment-raed\n      steps"));
            settle();
            assertThat(changes().state()).isEqualTo(State.KEPT_OUT);
            assertThat(changes().sentences()).anySatisfy(sentence -> assertThat(sentence).contains("routes/20-split.yaml, line ",
                    "no route takes from \"direct:yours-payment-read\""));
        }
        assertThat(notesOf(during)).isEqualTo("as shipped");
        String later = paid();
        sync();
        assertThat(notesOf(later)).isEqualTo("as shipped");

        write(YOURS, notes("corrected"));
        settle();
        assertThat(changes().state()).isEqualTo(State.CURRENT);
        String after = paid();
        sync();
        assertThat(notesOf(after)).isEqualTo("corrected");
    }

    @Test
    void what_only_camel_refuses_is_kept_out_too() throws Exception {
        write("70-own.yaml", WRONG);
        settle();
        assertThat(changes().state()).isEqualTo(State.KEPT_OUT);
        assertThat(changes().sentences()).anySatisfy(sentence -> assertThat(sentence).startsWith("routes/70-own.yaml, line 5: ")
                .contains("stepps"));
    }

    @Test
    void routes_that_fail_as_they_are_started_make_way_for_those_before() throws Exception {
        write(YOURS, notes("never"));
        write("70-own.yaml", """
                - route:
                    id: from-nowhere
                    from:
                      uri: file:%s
                      parameters:
                        directoryMustExist: true
                        startingDirectoryMustExist: true
                        autoCreate: false
                      steps:
                        - to: direct:deliver
                """.formatted(RIG.path("nowhere")));
        settle();

        assertThat(changes().state()).isEqualTo(State.KEPT_OUT);
        assertThat(changes().sentences()).singleElement().asString().contains("routes/70-own.yaml, line", "nowhere");
        assertThat(product.camel().getRoute("from-nowhere")).isNull();
        String after = paid();
        sync();
        assertThat(notesOf(after)).isEqualTo("as shipped");
    }

    @Test
    void a_change_taken_back_is_no_change() throws Exception {
        write("70-own.yaml", WRONG);
        settle();
        assertThat(changes().state()).isEqualTo(State.KEPT_OUT);
        Files.delete(routes.resolve("70-own.yaml"));
        settle();
        assertThat(changes().state()).isEqualTo(State.CURRENT);
        assertThat(changes().sentences()).isEmpty();
    }

    // ---- schedules -----------------------------------------------------------------------------------------------

    @Test
    void a_changed_schedule_is_scheduled_once_and_ticks_no_more_often_than_it_says() throws Exception {
        long before = scheduled();
        int schedules = scheduler().getTriggerKeys(GroupMatcher.anyTriggerGroup()).size();
        write(YOURS, notes("other"));
        settle();
        write("10-poll.yaml", read("10-poll.yaml").replace("\"{{poll.schedule}}\"", "\"0 0 0 1 1 ? 2098\""));
        settle();
        assertThat(changes().state()).as(changes().toString()).isEqualTo(State.CURRENT);
        assertThat(scheduler().getTriggersOfJob(POLL)).singleElement().satisfies(trigger ->
                assertThat(trigger.getNextFireTime()).hasYear(2098));
        assertThat(scheduled()).as("syncs by the schedule").isEqualTo(before);

        write("10-poll.yaml", read("10-poll.yaml").replace("0 0 0 1 1 ? 2098", "* * * * * ?"));
        settle();
        await().atMost(SOON).until(() -> scheduled() >= before + 2);
        assertThat(scheduler().getTriggersOfJob(POLL)).hasSize(1);
        assertThat(scheduler().getTriggerKeys(GroupMatcher.anyTriggerGroup())).as("schedules in all").hasSize(schedules);
    }

    @Test
    void a_change_waits_for_a_tick_that_is_about_to_come_so_that_none_is_lost() throws Exception {
        long before = scheduled();
        LocalTime tick = LocalTime.now().plusSeconds(20);
        write("10-poll.yaml", read("10-poll.yaml").replace("\"{{poll.schedule}}\"",
                "\"%d %d %d * * ?\"".formatted(tick.getSecond(), tick.getMinute(), tick.getHour())));
        settle();
        assertThat(changes().state()).as(changes().toString()).isEqualTo(State.CURRENT);
        Instant next = scheduler().getTriggersOfJob(POLL).get(0).getNextFireTime().toInstant();
        await().atMost(SOON).until(() -> Instant.now().isAfter(next.minusSeconds(8)));
        write(YOURS, notes("after the tick"));
        settle();
        assertThat(changes().state()).as("seconds before a daily tick").isEqualTo(State.WAITING);

        await().atMost(SOON).until(() -> scheduled() == before + 1);
        await().atMost(SOON).pollInterval(Duration.ofMillis(100)).until(() -> {
            reload().look();
            return changes().state() == State.CURRENT;
        });
        String after = paid();
        sync();
        assertThat(notesOf(after)).isEqualTo("after the tick");
    }

    private static org.quartz.Scheduler scheduler() {
        return product.camel().getComponent("quartz", QuartzComponent.class).getScheduler();
    }

    private static long scheduled() {
        return RIG.query("select id from sync_run where started_by = 'schedule'").size();
    }

    // ---- the whole -----------------------------------------------------------------------------------------------

    /** -Droute.changes=100 makes as many; a good one and a bad one take turns. */
    @Test
    void changes_right_and_wrong_one_after_the_other_while_payments_flow_lose_none_and_double_none() throws Exception {
        int changes = Integer.getInteger("route.changes", 6);
        AtomicBoolean enough = new AtomicBoolean();
        List<String> paid = new CopyOnWriteArrayList<>();
        write(YOURS, notes("warm"));
        settle();
        sync();
        long threads = threads();
        CompletableFuture<Void> office = CompletableFuture.runAsync(() -> {
            while (!enough.get()) {
                paid.add(paid());
                paid.add(paid());
                post("/api/sync");
                await().atMost(SOON).until(() -> !product.syncs().isRunning());
            }
        });
        for (int change = 0; change < changes; change++) {
            boolean right = change % 2 == 0;
            Route before = product.camel().getRoute("yours-payment-read");
            write(YOURS, right ? notes("change " + change)
                    : notes("change " + change).replace("direct:yours-payment-read", "direct:yours-payment-raed"));
            await().atMost(SOON).pollInterval(Duration.ofMillis(100)).until(() -> {
                reload().look();
                boolean exchanged = product.camel().getRoute("yours-payment-read") != before;
                return right ? exchanged && changes().state() == State.CURRENT : !exchanged && changes().state() == State.KEPT_OUT;
            });
        }
        enough.set(true);
        office.orTimeout(1, TimeUnit.MINUTES).join();
        sync();
        await().atMost(SOON).until(() -> product.deliveries().pendingCount() == 0);

        assertThat(paid).isNotEmpty().allSatisfy(id -> assertThat(notesOf(id)).matches("warm|change \\d*[02468]"));
        assertThat(paid.stream().map(RouteReloadTest::notesOf).distinct().count()).as("routes seen by payments").isGreaterThan(2);
        await().atMost(SOON).untilAsserted(() -> assertThat(threads()).isLessThanOrEqualTo(threads + 2));
    }

    /** Those that routes could have left behind: not the servers' and the test's own. */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("Camel") || name.contains("scheduler-") || name.startsWith("delivery-")
                        || name.startsWith("route-files")).filter(name -> !name.contains("ProducerTemplate")).count();
    }

    @Test
    void routes_that_were_exchanged_are_let_go() throws Exception {
        List<WeakReference<Route>> old = new ArrayList<>();
        for (int change = 0; change < 3; change++) {
            product.camel().getRoutes().stream().filter(route -> route.getId().equals("deliver") || route.getId().equals("poll"))
                    .forEach(route -> old.add(new WeakReference<>(route)));
            assertThat(get("http://127.0.0.1:" + RIG.given().get("management.port") + "/observe/health")).contains("route-files");
            write(YOURS, notes("change " + change));
            settle();
            assertThat(changes().state()).isEqualTo(State.CURRENT);
        }
        sync();
        await().atMost(SOON).untilAsserted(() -> {
            System.gc();
            assertThat(old.stream().filter(route -> route.get() != null).count()).isZero();
        });
    }

    // ---- what operators see --------------------------------------------------------------------------------------

    @Test
    void operators_see_what_is_kept_out() throws Exception {
        assertThat(new ObjectMapper().readTree(get(RIG.consoleUrl("/api/status"))).path("routes").path("state").asText())
                .isEqualTo("current");
        write(YOURS, notes("changed").replace("- setBody:", "- setBdoy:"));
        settle();
        JsonNode seen = new ObjectMapper().readTree(get(RIG.consoleUrl("/api/status"))).path("routes");
        assertThat(seen.path("state").asText()).isEqualTo("kept-out");
        assertThat(seen.path("sentence").asText()).contains("was not applied", "still running");
        assertThat(seen.path("findings").get(0).asText()).contains("routes/60-yours.yaml, line ", "setBdoy");
        assertThat(get(RIG.consoleUrl("/"))).contains("A change is wrong and was not applied", "setBdoy");
    }

    private static String get(String address) throws Exception {
        return send(request(address).GET().build());
    }

    private static void post(String path) {
        try {
            send(request(RIG.consoleUrl(path)).POST(HttpRequest.BodyPublishers.noBody()).build());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static HttpRequest.Builder request(String address) {
        String login = Base64.getEncoder().encodeToString("ops:a-password-for-tests".getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create(address)).header("Authorization", "Basic " + login);
    }

    private static String send(HttpRequest request) throws Exception {
        HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return answer.body();
    }

    // ---- off -----------------------------------------------------------------------------------------------------

    @Test
    void unless_it_is_switched_on_nothing_is_watched_and_camels_own_reload_never_runs() {
        assertThat(product.camel().hasService(RouteWatcherReloadStrategy.class)).isNull();
        // As -D on the command line, which Camel reads past the settings.
        System.setProperty(Settings.ROUTES_RELOAD, "true");
        try (Rig other = new Rig(); Installation unwatched = other.serve()) {
            assertThat(unwatched.reload()).isEmpty();
            assertThat(unwatched.camel().hasService(RouteWatcherReloadStrategy.class)).isNull();
        } finally {
            System.clearProperty(Settings.ROUTES_RELOAD);
        }
    }
}
