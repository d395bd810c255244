package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;

/** The zip on machines as people have them: taken ports, other users, odd names, a wrong Java. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a shell script, and users as Unix has them")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class InstalledIT {

    /** A user that has no entry on the machine. */
    private static final String STRANGER = "54321";

    private final Rig rig = new Rig();
    private final Map<String, String> environment = new TreeMap<>();
    private final List<Process> started = new ArrayList<>();
    private Path home;
    private String printed = "";

    @BeforeEach
    void unpack() throws IOException {
        // Unlike a folder of the test framework it may be entered by everyone.
        Files.setPosixFilePermissions(rig.folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        rig.freePorts();
        rig.with("commitments.refresh", "false");
        rig.without("database.url").without("commitments.inbox").without("backup.folder").without("quickbooks.inbox");
        environment.putAll(rig.environment());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        home = unpacked("installed");
        Files.writeString(home.resolve("commitments/bills.csv"), "bill_txn_id,project_id,commitment_id,commitment_type,requisition_id,"
                + "invoice_number\nB1,1001,11,work_order_contract,,\n");
    }

    @AfterEach
    void endWhatWasStarted() {
        started.forEach(Process::destroyForcibly);
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    private Path unpacked(String name) throws IOException {
        Path folder = Files.createDirectories(rig.folder.resolve(name));
        try (Stream<Path> archives = Files.list(Path.of("target"));
                ZipFile zip = new ZipFile(archives.filter(file -> file.toString().endsWith(".zip")).findFirst().orElseThrow().toFile())) {
            for (ZipEntry entry : zip.stream().filter(entry -> !entry.isDirectory()).toList()) {
                // Without the folder that is named by the version.
                Path file = folder.resolve(entry.getName().replaceFirst("^[^/]+/", ""));
                Files.createDirectories(file.getParent());
                try (InputStream in = zip.getInputStream(entry)) {
                    Files.copy(in, file);
                }
            }
        }
        assertThat(folder.resolve("bin/payments-issued").toFile().setExecutable(true, false)).isTrue();
        return folder;
    }

    private void aPayment() {
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC").pays("B1", "HD-0431", "100.00"));
    }

    private Process start(List<String> words) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words).directory(rig.folder.toFile()).redirectErrorStream(true)
                .redirectOutput(rig.folder.resolve("printed").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private int ended(List<String> words) throws Exception {
        Process process = start(words);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("ended in time").isTrue();
        printed = Files.readString(rig.folder.resolve("printed"));
        return process.exitValue();
    }

    private int run(String... arguments) throws Exception {
        return ended(Stream.concat(Stream.of(home.resolve("bin/payments-issued").toString()), Arrays.stream(arguments)).toList());
    }

    private static List<String> as(String user, String... words) {
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups"));
        all.addAll(List.of(words));
        return all;
    }

    private int runAsStranger(String... arguments) throws Exception {
        return ended(Stream.concat(as(STRANGER, home.resolve("bin/payments-issued").toString()).stream(), Arrays.stream(arguments))
                .toList());
    }

    private static void assumeRoot() throws Exception {
        boolean root = false;
        try {
            root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)
                    && new ProcessBuilder("setpriv", "--version").start().waitFor() == 0;
        } catch (IOException | UnsupportedOperationException e) {
            assertThat(e).isNotNull();
        }
        assumeTrue(root, "Only root can be two users: rights were not tried.");
    }

    // ---- ports ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"console", "management"})
    void a_taken_port_ends_run_with_one_sentence_before_quickbooks_is_asked(String what) throws Exception {
        aPayment();
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            environment.put(what.toUpperCase(java.util.Locale.ROOT) + "_PORT", Integer.toString(other.getLocalPort()));
            environment.put("POLL_SCHEDULE", "* * * * * ?");
            assertThat(run("run")).isEqualTo(2);
            assertThat(printed.lines()).contains("Port " + other.getLocalPort() + " of 127.0.0.1 (" + what + ".port) is in use by another"
                    + " program. Stop that program, or choose another port.", "Nothing was started or sent.").hasSize(2);
        }
        assertThat(rig.quickBooks.requests()).isEmpty();
    }

    @Test
    void check_beside_the_running_service_checks_what_it_can_and_its_ports_are_no_fault() throws Exception {
        aPayment();
        Process service = start(List.of(home.resolve("bin/payments-issued").toString(), "run"));
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> Files.readString(rig.folder.resolve("printed"))
                .contains("payments-issued is running"));

        assertThat(run("check")).as(printed).isZero();
        assertThat(printed).contains("which the running instance has", "database: in use by a running payments-issued, http://127.0.0.1:",
                "QuickBooks answers", "1 project").doesNotContain("WRONG");
        assertThat(run("once")).isEqualTo(2);
        assertThat(printed).contains("POST /api/sync");

        service.destroy();
        assertThat(service.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void a_service_that_is_stopped_while_it_starts_ends_at_once_and_well() throws Exception {
        Process service = start(List.of(home.resolve("bin/payments-issued").toString(), "run"));
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(home.resolve("data/payments-issued.mv.db")));

        service.destroy();

        assertThat(service.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(service.exitValue()).isZero();
        assertThat(Files.readString(rig.folder.resolve("printed"))).contains("Stopped.").doesNotContain("ERROR", "unexpected");
    }

    // ---- a database server that starts later ------------------------------------------------------------------------

    /** Exit code 3 lets a service manager start it again; 2 would leave it down after a power cut. */
    @ParameterizedTest
    @ValueSource(strings = {"run", "once", "check"})
    void a_database_server_that_does_not_answer_yet_is_said_to_be_away_and_not_misconfigured(String command) throws Exception {
        try (ServerSocket nothing = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            environment.put("DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + nothing.getLocalPort() + "/payments_issued");
            environment.put("DATABASE_USERNAME", "payments_issued");
            environment.put("DATABASE_PASSWORD", "not-to-be-printed");
        }

        assertThat(run(command)).as(printed).isEqualTo(3);

        assertThat(printed).contains("cannot be reached now", "If it never answers, check database.url.")
                .doesNotContain("not-to-be-printed", "\tat ");
        assertThat(Files.readString(Path.of("src/distribution/service/payments-issued.service")))
                .contains("Restart=on-failure", "RestartPreventExitStatus=2");
    }

    // ---- rights ---------------------------------------------------------------------------------------------------

    @Test
    void a_folder_that_the_user_may_not_write_is_named_with_owner_and_user_by_check_and_at_every_start() throws Exception {
        assumeRoot();
        aPayment();
        assertThat(run("once")).as(printed).isZero();
        assertThat(rig.paymentsIssued()).hasSize(1);
        environment.put("QUICKBOOKS_TRANSPORT", "file");

        for (String command : List.of("check", "once", "run")) {
            assertThat(runAsStranger(command)).as(command).isEqualTo(2);
            for (String place : List.of("data (database.url)", "data/payments-issued.mv.db (database.url)", "inbox (quickbooks.inbox)",
                    "commitments (commitments.inbox)", "data (backup.folder)")) {
                assertThat(printed).contains(home + "/" + place + " cannot be written by user " + STRANGER + "; it belongs to root (rw");
            }
            assertThat(printed).contains("for example: chown -R " + STRANGER + ": " + home + "/data.");
            assertThat(printed.lines()).as(printed).hasSizeLessThan(12);
        }
    }

    /** The page, word for word, with stand-ins for what would change this machine. */
    @Test
    void the_page_about_the_service_ends_in_a_running_service_also_after_a_first_once_as_root() throws Exception {
        assumeRoot();
        aPayment();
        assertThat(run("once")).as(printed).isZero();
        Path root = Files.createDirectories(rig.folder.resolve("machine"));
        Files.createDirectories(root.resolve("opt"));
        Files.createDirectories(root.resolve("etc/systemd/system"));
        Path standIns = Files.createDirectories(rig.folder.resolve("stand-ins"));
        for (String command : List.of("useradd", "systemctl", "journalctl")) {
            script(standIns.resolve(command), "exit 0");
        }
        script(standIns.resolve("chown"), "for word; do shift; set -- \"$@\" \"$(echo \"$word\" | sed 's/payments-issued:$/"
                + STRANGER + ":" + STRANGER + "/;s/^root:payments-issued$/root:" + STRANGER + "/')\"; done; exec /bin/chown \"$@\"");
        String page = Files.readString(home.resolve("docs/installation.md"));
        String words = page.substring(page.indexOf("```\nuseradd") + 4);
        // Unpacked by a root whose files others may not read.
        assertThat(ended(List.of("chmod", "-R", "go-rwx", home.toString()))).isZero();
        Path unpacked = Files.createDirectory(root.resolve("tmp"));
        Files.move(home, unpacked.resolve("payments-issued-1.0"));
        script(root.resolve("page"), "cd " + unpacked + "\n" + words.substring(0, words.indexOf("```"))
                .replace("/opt/", root + "/opt/").replace("/etc/", root + "/etc/"));
        environment.put("PATH", standIns + ":" + System.getenv("PATH"));
        assertThat(ended(List.of("sh", "-eu", root.resolve("page").toString()))).as(printed).isZero();

        String unit = Files.readString(root.resolve("etc/systemd/system/payments-issued.service")).replace("/opt/", root + "/opt/");
        String command = unit.lines().filter(line -> line.startsWith("ExecStart=")).findFirst().orElseThrow().replace("ExecStart=", "");
        assertThat(unit).contains("RestartPreventExitStatus=2");
        Process service = start(as(STRANGER, command.split(" ")));
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !service.isAlive()
                || Files.readString(rig.folder.resolve("printed")).contains("payments-issued is running"));

        assertThat(Files.readString(rig.folder.resolve("printed"))).contains("payments-issued is running").doesNotContain("WRONG", "ERROR");
        service.destroy();
        assertThat(service.waitFor(1, TimeUnit.MINUTES)).isTrue();
        home = root.resolve("opt/payments-issued");
        assertThat(runAsStranger("check")).as(printed).isZero();
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        assertThat(file.toFile().setExecutable(true, false)).isTrue();
    }

    // ---- odd places -----------------------------------------------------------------------------------------------

    @Test
    void umlauts_blanks_and_brackets_in_folders_and_files_are_read_where_the_locale_knows_none() throws Exception {
        Path odd = Files.createDirectories(rig.folder.resolve("Bücher (neu) [1] & Söhne"));
        home = Files.move(home, odd.resolve("payments issued"));
        environment.put("LC_ALL", "C");
        environment.put("QUICKBOOKS_TRANSPORT", "file");
        environment.put("COMMITMENTS_INBOX", "Verträge");
        Files.createDirectories(home.resolve("Verträge"));
        Files.move(home.resolve("commitments/bills.csv"), home.resolve("Verträge/Zuordnung März.csv"));
        Files.writeString(home.resolve("inbox/Zahlung März.xml"), """
                <?xml version="1.0" ?><QBXML><QBXMLMsgsRs><BillPaymentCheckQueryRs statusCode="0"><BillPaymentCheckRet><TxnID>K1</TxnID>
                <TimeCreated>2026-03-25T10:00:00-07:00</TimeCreated>
                <TxnDate>2026-03-25</TxnDate><Amount>100.00</Amount><RefNumber>1</RefNumber><AppliedToTxnRet><TxnID>B1</TxnID>
                <TxnType>Bill</TxnType><Amount>100.00</Amount></AppliedToTxnRet></BillPaymentCheckRet></BillPaymentCheckQueryRs>
                </QBXMLMsgsRs></QBXML>""");
        try (Stream<Path> dropped = Stream.of(home.resolve("inbox/Zahlung März.xml"), home.resolve("Verträge/Zuordnung März.csv"))) {
            for (Path file : dropped.toList()) {
                Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() - 60_000));
            }
        }

        assertThat(run("once")).as(printed).isZero();

        assertThat(rig.paymentsIssued()).hasSize(1);
        try (Stream<Path> done = Files.list(home.resolve("inbox/done"))) {
            assertThat(done).singleElement().asString().endsWith("Zahlung März.xml");
        }
        assertThat(run("check")).as(printed).isZero();
    }

    @Test
    void java_alone_says_in_one_sentence_that_it_cannot_open_a_name_that_the_locale_does_not_have() throws Exception {
        environment.put("LC_ALL", "C");
        environment.put("COMMITMENTS_INBOX", "Verträge");
        Path plain = home;
        assertThat(ended(List.of("sh", "-c", "cd '" + plain + "' && exec '" + System.getProperty("java.home")
                + "/bin/java' -jar payments-issued.jar once"))).as(printed).isEqualTo(2);
        assertThat(printed).contains("LC_ALL=C.UTF-8", "bin/payments-issued");
        assertThat(printed.lines()).hasSizeLessThan(4);
    }

    // ---- a wrong Java ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"11.0.22, is older than Java 17", "1.8.0_402, is older than Java 17", "'', There is no "})
    void a_wrong_java_is_told_in_one_sentence(String version, String words) throws Exception {
        Path java = Files.createDirectories(rig.folder.resolve("java/bin")).getParent();
        if (!version.isEmpty()) {
            script(java.resolve("bin/java"), "echo 'openjdk version \"" + version + "\" 2024-01-16' >&2; exit 1");
        }
        environment.put("JAVA_HOME", java.toString());

        assertThat(run("check")).isEqualTo(2);
        assertThat(printed.lines()).singleElement().asString().contains(words, "JAVA_HOME", "Java 17 or later");

        Files.writeString(java.resolve("release"), "JAVA_VERSION=\"" + (version.isEmpty() ? "17" : version) + "\"\n");
        assertThat(run("check")).as("as its release file says").isEqualTo(2);
        assertThat(printed.lines()).singleElement().asString().contains(words);
    }

    @Test
    void the_readme_of_the_zip_starts_with_the_demo_and_the_folders_for_files_are_there() throws Exception {
        String readme = Files.readString(home.resolve("README.md"));
        assertThat(readme.lines().filter(line -> line.startsWith("bin/")).findFirst().orElseThrow())
                .startsWith("bin/payments-issued demo");
        assertThat(readme).contains("`commitments/`", "`inbox/`");
        assertThat(List.of("commitments", "inbox")).allSatisfy(folder -> assertThat(home.resolve(folder)).isDirectory());
        assertThat(home.resolve("ABOUT.md")).isRegularFile();
    }
}
