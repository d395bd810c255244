package org.paymentsissued.quickbooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A response file that is whole and not well-formed, of any size: one record is to blame, and it alone is left out. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SpoiledFileTest {

    private static final String BEGIN = "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs><BillPaymentCheckQueryRs statusCode=\"0\">";
    private static final String END = "</BillPaymentCheckQueryRs></QBXMLMsgsRs></QBXML>";

    private final FileReading reading = new FileReading("default");

    private static String row(int number, String memo) {
        return "<BillPaymentCheckRet><TxnID>K" + number + "</TxnID><Memo>" + memo + "</Memo></BillPaymentCheckRet>\n";
    }

    private Page open(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return reading.open(() -> new ByteArrayInputStream(bytes));
    }

    private static List<String> spoiled(Iterator<RowElement> rows) {
        List<String> spoiled = new ArrayList<>();
        rows.forEachRemaining(row -> {
            if (row.spoiled()) {
                spoiled.add(row.txnId());
            }
        });
        return spoiled;
    }

    @Test
    void of_a_file_of_sixteen_megabytes_only_the_record_to_blame_is_left_out() {
        String memo = "x".repeat(1000);
        Page page = open(IntStream.range(0, 16_000).mapToObj(i -> row(i, i == 12_345 ? "a & b" : memo))
                .collect(Collectors.joining("", BEGIN, END)));

        assertThat(spoiled(page.rows())).containsExactly("K12345");
        page.taken();
        assertThat(reading.payments()).hasSize(16_000);
    }

    /** Text is read in pieces of 65,536 characters; a tag may be cut by that anywhere. */
    @ParameterizedTest
    @ValueSource(ints = {65_300, 65_400, 65_440, 65_450, 65_460, 65_470, 65_480, 65_490, 65_500, 65_510, 65_520, 65_530, 131_000})
    void rows_are_told_apart_wherever_the_text_is_cut_while_it_is_read(int before) {
        Page page = open(BEGIN + "<!--" + "-".repeat(before - BEGIN.length()) + "x-->" + row(1, "&#x10;") + row(2, "well")
                + "<BillPaymentCheckRet a=\"1\"><TxnID>K3</TxnID></BillPaymentCheckRet>" + END);

        List<String> ids = new ArrayList<>();
        page.rows().forEachRemaining(row -> ids.add(row.txnId() + row.spoiled()));
        assertThat(ids).containsExactly("K1true", "K2false", "K3false");
    }

    @Test
    void a_row_without_an_end_takes_the_others_not_with_it() {
        assertThat(spoiled(open(BEGIN + row(1, "x") + "<BillPaymentCheckRet><TxnID>K2</TxnID>" + row(3, "x") + END).rows()))
                .containsExactly("K2");
    }

    @Test
    void what_is_ill_formed_between_the_rows_or_without_any_end_refuses_the_file_whole() {
        assertThatThrownBy(() -> open(BEGIN + row(1, "x") + "& " + row(2, "x") + END)).isInstanceOf(QuickBooksTrouble.class);
        assertThatThrownBy(() -> open(BEGIN + "<BillPaymentCheckRet><Memo>&" + "x".repeat(9_000_000) + END))
                .isInstanceOf(QuickBooksTrouble.class);
    }
}
