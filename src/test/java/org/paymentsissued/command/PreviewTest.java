package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.quickbooks.DateRange;
import org.paymentsissued.rig.Rig;

/** What a preview of many payments tells is what the real run then does, and it writes nothing. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PreviewTest {

    private static final int MANY = 5_000;
    private static final int COMMITMENTS = 40;
    private static final Pattern LINE = Pattern.compile(
            "(?m)^(send|adopt|ask|change|remove|waiting|skipped|dead|due) +([\\d,]+) +([\\d,.]+)");

    private final Rig rig = new Rig();

    @BeforeEach
    void project() {
        rig.procore.project(1001, "Riverside Clinic");
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    private Map<String, String> told() {
        Map<String, String> told = new TreeMap<>();
        Matcher line = LINE.matcher(rig.printed());
        while (line.find()) {
            told.put(line.group(1), line.group(2) + " " + line.group(3));
        }
        return told;
    }

    private List<String> writes() {
        return rig.procore.requests().stream().map(call -> call.request().method() + " " + call.request().path())
                .filter(call -> !call.startsWith("GET ") && !call.contains("/oauth/token")).toList();
    }

    private long rows(String state) {
        return Long.parseLong(rig.query("select count(*) from ledger_row where state = '" + state + "'").get(0));
    }

    /** Years of history; people have typed a part of it, some of it with another date, and some bills have no commitment. */
    private void history(int payments) {
        for (int i = 0; i < COMMITMENTS; i++) {
            rig.procore.commitment(1001, 100 + i, CommitmentType.WORK_ORDER_CONTRACT, "SC-" + i, "Harlan Drywall LLC");
        }
        List<String> lookup = new ArrayList<>();
        for (int i = 0; i < payments; i++) {
            String amount = (10 + i) + ".00";
            String day = "2025-" + String.format("%02d", 1 + i % 12) + "-10";
            long commitment = 100 + i % COMMITMENTS;
            rig.quickBooks.has(check("K" + i).number(String.valueOf(10_000 + i)).to("Harlan Drywall LLC").dated(day)
                    .pays("B" + i, "HD-" + i, amount));
            if (i % 50 != 0) {
                lookup.add("B" + i + ",1001," + commitment + ",work_order_contract,,");
            }
            if (i % 10 == 3) {
                rig.procore.addByHand(commitment, amount, day, String.valueOf(10_000 + i));
            } else if (i % 10 == 7) {
                rig.procore.addByHand(commitment, amount, day.substring(0, 8) + "12", String.valueOf(10_000 + i));
            }
        }
        rig.lookup(lookup.toArray(String[]::new));
    }

    @Test
    void a_backfill_of_5000_payments_is_previewed_without_a_write_and_then_does_what_was_told() throws IOException {
        history(MANY);
        rig.with("payment.typed-twins", "adopt").with("poll.start", "2026-01-01").with("delivery.concurrency", "4");
        Path csv = rig.folder.resolve("preview.csv");

        assertThat(rig.preview(new DryRun.Question(Optional.empty(), Optional.of(new DateRange(java.time.LocalDate.of(2025, 1, 1),
                DateRange.END_OF_DATES)), Optional.of(csv)))).as(rig.printed()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(writes()).isEmpty();
        Map<String, String> told = told();
        List<String> lines = Files.readAllLines(csv);
        assertThat(lines).hasSize(1 + MANY);
        assertThat(lines.get(0)).startsWith("outcome,company_file,payment,bill,amount");
        assertThat(lines).filteredOn(line -> line.startsWith("ask,")).hasSize(500).allMatch(line -> line.matches(".*,\\d{6,},.*"));

        assertThat(rig.backfill("2025-01-01", DateRange.END_OF_DATES.toString())).isEqualTo(ExitCode.DEAD_LETTERS);

        long posts = writes().stream().filter(call -> call.startsWith("POST")).count();
        long patches = writes().stream().filter(call -> call.startsWith("PATCH")).count();
        assertThat(told.get("send")).startsWith(String.format("%,d ", posts));
        assertThat(told.get("adopt")).startsWith(String.format("%,d ", patches));
        assertThat(told.get("ask")).startsWith(String.format("%,d ", rows("dead")));
        assertThat(told.get("waiting")).startsWith(String.format("%,d ", rows("waiting")));
        assertThat(posts + patches + rows("dead") + rows("waiting")).isEqualTo(MANY);
        System.out.println("Preview of " + MANY + " payments: " + told);
    }

    @Test
    void a_preview_of_the_first_sync_decides_no_go_live_day() {
        history(10);
        rig.without("poll.start");

        int code = rig.dryRun();
        assertThat(rig.printed()).contains("GO-LIVE");
        assertThat(rig.folder.resolve("ledger.mv.db")).doesNotExist();
        assertThat(rig.once()).isEqualTo(code);
        assertThat(rig.query("select host_time from go_live")).hasSize(1);
    }
}
