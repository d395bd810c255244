package org.paymentsissued.quickbooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Answers that were cut, garbled or shuffled on their way: never a crash, never a hang, never a payment lost or doubled. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class HostileAnswersTest {

    private static final long SEED = Long.getLong("hostile.seed", 20260105);
    private static final int ANSWERS = 10_000;
    private static final List<String> TRUTH = List.of("K1|B1|9000.00", "K1|B2|6000.00", "K2|B3|50.00", "C1|B1|12.50");
    private static final String[] INSERTIONS = {"<", ">", "&", "\"", "\u0000", "<![CDATA[", "]]>", "<!--", "<!DOCTYPE x>",
            "&amp;", "&lt;", "<x/>", "</QBXML>", "<BillPaymentCheckRet>", "</BillPaymentCheckRet>", "<?x?>", " ", "\uFEFF"};

    private final Conversation conversation = new Conversation();

    /** Few windows of modified time, so that ten thousand answers take seconds. */
    @BeforeEach
    void aShortHistory() {
        conversation.start = LocalDateTime.of(2026, 1, 5, 0, 0);
        conversation.clock = Clock.fixed(Instant.parse("2026-01-05T20:00:00Z"), ZoneOffset.UTC);
    }

    @AfterEach
    void close() {
        conversation.close();
    }

    @Test
    void ten_thousand_hostile_answers_crash_hang_lose_and_double_nothing() {
        Random random = new Random(SEED);
        int edit = 1;
        int taken = 0;
        for (int i = 0; i < ANSWERS; i++) {
            int thisEdit = ++edit;
            boolean isCut = i % 4 != 0;
            byte[] hostile = isCut ? cut(payments(thisEdit), random) : garbled(payments(thisEdit), random);
            boolean[] sent = {false};
            long questions = conversation.requests.size();
            Optional<QuickBooksTrouble> trouble;
            try {
                trouble = conversation.lead(conversation.readings().sinceWatermarks(), request -> {
                    if (request.contains("BillPaymentCheckQueryRq") && !sent[0]) {
                        sent[0] = true;
                        return hostile;
                    }
                    return answer(request, thisEdit);
                });
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + SEED + ", answer " + i + ": " + new String(hostile, StandardCharsets.UTF_8), e);
                return;
            }
            assertThat(conversation.requests.size() - questions).as("questions for answer %d", i).isLessThan(200);
            if (isCut) {
                assertThat(trouble).as("seed %d, answer %d is cut off", SEED, i).isPresent();
            }
            taken += trouble.isPresent() ? 0 : 1;
            conversation.requests.clear();
            if (i % 25 == 0) {
                // A right answer sets right whatever garbled, well-formed ones may have said, of the same version too.
                assertThat(conversation.lead(conversation.readings().sinceWatermarks(), request -> answer(request, thisEdit)))
                        .isEmpty();
                assertThat(known()).as("seed %d, answer %d", SEED, i).containsExactlyElementsOf(TRUTH);
            }
        }
        assertThat(taken).as("some hostile answers are still readable, or nothing was tried").isPositive();
    }

    /** What is wanted of the payments that exist; a garbled id may have made up others. */
    private List<String> known() {
        return conversation.wanted().stream().filter(row -> row.matches("(K1|K2|C1)\\|.*")).toList();
    }

    private static byte[] cut(String text, Random random) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, random.nextInt(bytes.length - 1));
    }

    private static byte[] garbled(String text, Random random) {
        StringBuilder garbled = new StringBuilder(text);
        for (int change = 0; change <= random.nextInt(3); change++) {
            int at = random.nextInt(garbled.length());
            int length = Math.min(random.nextInt(60), garbled.length() - at);
            switch (random.nextInt(5)) {
                case 0 -> garbled.setCharAt(at, (char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(0xD800)));
                case 1 -> garbled.delete(at, at + length);
                case 2 -> garbled.insert(at, INSERTIONS[random.nextInt(INSERTIONS.length)]);
                case 3 -> garbled.insert(random.nextInt(garbled.length()), garbled.substring(at, at + length));
                default -> {
                    byte[] bytes = garbled.toString().getBytes(StandardCharsets.UTF_8);
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                    return bytes;
                }
            }
        }
        return garbled.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] answer(String request, int edit) {
        if (request.contains("BillPayment") && !request.contains("TxnDeleted")) {
            String all = payments(edit);
            String checks = all.substring(all.indexOf("<BillPaymentCheckQueryRs"), all.indexOf("<BillPaymentCreditCardQueryRs"));
            String cards = all.substring(all.indexOf("<BillPaymentCreditCardQueryRs"), all.indexOf("</QBXMLMsgsRs>"));
            return envelope((request.contains("BillPaymentCheckQueryRq") ? checks : "")
                    + (request.contains("BillPaymentCreditCardQueryRq") ? cards : "")).getBytes(StandardCharsets.UTF_8);
        }
        return envelope(request.contains("TxnDeleted") ? "<TxnDeletedQueryRs statusCode=\"1\"/>"
                : "<BillQueryRs statusCode=\"1\"/>").getBytes(StandardCharsets.UTF_8);
    }

    private static String payments(int edit) {
        return envelope("<BillPaymentCheckQueryRs requestID=\"bpc\" statusCode=\"0\" statusSeverity=\"Info\""
                + " iteratorRemainingCount=\"0\" iteratorID=\"{1}\">" + row("Check", "K1", edit, "15000.00", "B1", "9000.00",
                "B2", "6000.00") + row("Check", "K2", edit, "50.00", "B3", "50.00") + "</BillPaymentCheckQueryRs>"
                + "<BillPaymentCreditCardQueryRs requestID=\"bpcc\" statusCode=\"0\" statusSeverity=\"Info\""
                + " iteratorRemainingCount=\"0\" iteratorID=\"{2}\">" + row("CreditCard", "C1", edit, "12.50", "B1", "12.50")
                + "</BillPaymentCreditCardQueryRs>");
    }

    private static String envelope(String responses) {
        return "<?xml version=\"1.0\" ?>\n<QBXML><QBXMLMsgsRs>" + responses + "</QBXMLMsgsRs></QBXML>";
    }

    private static String row(String kind, String txnId, int edit, String amount, String... bills) {
        StringBuilder row = new StringBuilder("<BillPayment" + kind + "Ret><TxnID>" + txnId
                + "</TxnID><TimeModified>2026-01-05T08:00:00-07:00</TimeModified><EditSequence>" + edit
                + "</EditSequence><PayeeEntityRef><FullName>B&amp;M D&#233;cor</FullName></PayeeEntityRef>"
                + "<TxnDate>2026-01-05</TxnDate><Amount>" + amount + "</Amount>");
        for (int i = 0; i < bills.length; i += 2) {
            row.append("<AppliedToTxnRet><TxnID>").append(bills[i]).append("</TxnID><TxnType>Bill</TxnType><Amount>")
                    .append(bills[i + 1]).append("</Amount></AppliedToTxnRet>");
        }
        return row.append("</BillPayment").append(kind).append("Ret>").toString();
    }
}
