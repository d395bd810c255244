package org.paymentsissued.quickbooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.payment.HostTime;

@DisplayNameGeneration(ReplaceUnderscores.class)
class EnvelopeTest {

    private static final HostTime NEVER = new HostTime(LocalDateTime.MAX);
    private static final String BODY = "<QBXML><QBXMLMsgsRs><BillPaymentCheckQueryRs requestID=\"bpc\" statusCode=\"0\""
            + " statusSeverity=\"Info\"><BillPaymentCheckRet><TxnID>K1</TxnID><TimeModified>2026-01-09T10:00:00-07:00"
            + "</TimeModified><Memo>Décor</Memo></BillPaymentCheckRet></BillPaymentCheckQueryRs></QBXMLMsgsRs></QBXML>";

    @ParameterizedTest
    @ValueSource(strings = {"", "<?xml version=\"1.0\" ?>", "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
            "<?xml version='1.0' encoding='UTF-8' standalone='yes'?><?qbxml version=\"13.0\"?>",
            "\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?>", " \r\n\t<?xml version=\"1.0\"?>",
            "\uFEFF\n<?xml version=\"1.0\"?>", "<!-- a comment -->\n"})
    void every_beginning_that_gateways_write_is_read(String beginning) {
        assertThat(memo((beginning + BODY).getBytes(StandardCharsets.UTF_8))).contains("Décor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ISO-8859-1", "iso-8859-1", "windows-1252", "US-ASCII"})
    void the_declared_encoding_counts(String encoding) {
        String text = "<?xml version=\"1.0\" encoding=\"" + encoding + "\"?>"
                + (encoding.equals("US-ASCII") ? BODY.replace("é", "&#233;") : BODY);
        assertThat(memo(text.getBytes(Charset.forName(encoding)))).contains("Décor");
    }

    @Test
    void an_undeclared_windows_text_is_read_and_sixteen_bits_too() {
        assertThat(memo(("<?xml version=\"1.0\"?>" + BODY).getBytes(StandardCharsets.ISO_8859_1))).contains("Décor");
        assertThat(memo(("\uFEFF<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + BODY).getBytes(StandardCharsets.UTF_16LE)))
                .contains("Décor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<?xml version=\"1.0\"?>", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"})
    void quotes_dashes_and_the_euro_of_windows_are_those_characters_also_where_latin_1_is_declared(String beginning) {
        byte[] windows = (beginning + BODY.replace("Décor", "Décor’s “west” – 5 €")).getBytes(Charset.forName("windows-1252"));
        assertThat(memo(windows)).contains("Décor’s “west” – 5 €");
        byte[] bytes = (beginning + BODY.replace("Décor", "Décor \u0081")).getBytes(StandardCharsets.ISO_8859_1);
        assertThat(memo(bytes)).as("a byte that Windows does not use").contains("Décor \u0081");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "<?xml version=\"1.0\"?>"})
    void a_second_answer_behind_the_first_is_told_as_such(String between) {
        refused(bytes(BODY + between + BODY), "it goes on after its end, as where two answers are in one file");
        refused(bytes(BODY + "\u0000"), "it goes on after its end");
    }

    /** Whoever has decoded a text and written it again, as SOAP, JSON and .NET do, leaves its declaration as it was. */
    @Test
    void a_declaration_that_the_bytes_themselves_deny_does_not_count() {
        byte[] sixteen = ("<?xml version=\"1.0\" encoding=\"utf-16\"?>" + BODY).getBytes(StandardCharsets.UTF_8);
        assertThat(memo(sixteen)).contains("Décor");
        assertThat(memo(("\uFEFF<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + BODY).getBytes(StandardCharsets.UTF_8)))
                .contains("Décor");
        Page page = new Readings(null, null, null, null, null, java.time.Clock.systemUTC()).open(
                "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + BODY, new FileReading("default"));
        assertThat(page.rows().next().xml()).contains("Décor");
    }

    @Test
    void a_wrong_or_unknown_declaration_is_refused_instead_of_mangled() {
        refused(("<?xml version=\"1.0\" encoding=\"utf-8\"?>" + BODY).getBytes(StandardCharsets.ISO_8859_1), "encoding");
        refused(("<?xml version=\"1.0\" encoding=\"klingon\"?>" + BODY).getBytes(StandardCharsets.UTF_8), "klingon");
        refused(("<?xml version=\"1.0\" encoding=\"US-ASCII\"?>" + BODY).getBytes(StandardCharsets.UTF_8), "encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<!DOCTYPE QBXML>", "<!DOCTYPE QBXML [<!ENTITY a \"b\">]>",
            "<!DOCTYPE QBXML SYSTEM \"file:///etc/passwd\">",
            "<!DOCTYPE QBXML [<!ENTITY x SYSTEM \"http://127.0.0.1:9/x\">]>",
            "<!DOCTYPE q [<!ENTITY a0 \"ha\"><!ENTITY a1 \"&a0;&a0;&a0;&a0;&a0;&a0;&a0;&a0;\"><!ENTITY a2"
                    + " \"&a1;&a1;&a1;&a1;&a1;&a1;&a1;&a1;\"><!ENTITY a3 \"&a2;&a2;&a2;&a2;&a2;&a2;&a2;&a2;\">]>"})
    void a_doctype_is_refused_whatever_it_says(String doctype) {
        refused(bytes("<?xml version=\"1.0\"?>" + doctype + BODY.replace("Décor", doctype.contains("a3") ? "&a3;" : "D")),
                "not an answer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n ", "<html><body>Login</body></html>", "<!DOCTYPE html><html><p>x", "{\"error\":1}",
            "0x80040400 QuickBooks found an error", "&lt;?xml version=\"1.0\"?&gt;&lt;QBXML&gt;", "<QBXML/>",
            "<QBXML><QBXMLMsgsRs/></QBXML>", "<QBXML><SignonMsgsRs><SignonRs/></SignonMsgsRs></QBXML>",
            "<QBXML><QBXMLMsgsRs><BillPaymentCheckQueryRs/></QBXMLMsgsRs></QBXML>",
            "<QBXML><QBXMLMsgsRs><BillPaymentCheckQueryRs statusCode='ok'/></QBXMLMsgsRs></QBXML>"})
    void what_is_no_answer_is_refused_and_its_beginning_shown(String text) {
        refused(bytes(text), text.isBlank() ? "it is empty" : text.substring(0, 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"&#x10;", "&#0;", "\u0001", "&nbsp;", "a & b", "a < b", "]]>", "&#xD800;"})
    void characters_that_xml_does_not_have_are_refused(String hostile) {
        refused(bytes(BODY.replace("Décor", hostile)), "not well-formed");
    }

    @Test
    void a_document_cut_off_at_any_byte_is_refused() {
        byte[] whole = bytes("<?xml version=\"1.0\" ?>\n" + BODY);
        int read = 0;
        for (int length = 0; length < whole.length; length++) {
            try {
                Envelope.read(source(Arrays.copyOf(whole, length)), NEVER);
                read++;
            } catch (QuickBooksTrouble trouble) {
                assertThat(trouble.kind()).isEqualTo(QuickBooksTrouble.Kind.NOT_AN_ANSWER);
            }
        }
        assertThat(read).isZero();
        assertThat(Envelope.read(source(whole), NEVER).responses()).hasSize(1);
    }

    @Test
    void stamps_of_inner_elements_and_of_a_wrong_clock_are_not_the_latest() {
        String text = BODY.replace("<Memo>", "<AppliedToTxnRet><TimeModified>2029-01-01</TimeModified></AppliedToTxnRet>"
                + "<Memo>").replace("</BillPaymentCheckQueryRs>", "<BillPaymentCheckRet><TimeModified>2031-01-01T00:00:00"
                + "</TimeModified></BillPaymentCheckRet></BillPaymentCheckQueryRs>");
        Answer answer = Envelope.read(source(bytes(text)), new HostTime(LocalDateTime.of(2030, 1, 1, 0, 0)));
        assertThat(answer.responses().get(0).latest().orElseThrow()).hasToString("2026-01-09T10:00:00");
        assertThat(answer.responses().get(0).rows()).isEqualTo(2);
    }

    @Test
    void only_rows_of_the_chosen_responses_are_handed_out_in_order() {
        String text = "<QBXML><SignonMsgsRs><X><Y/></X></SignonMsgsRs><QBXMLMsgsRs>"
                + "<ARs statusCode='0'><BillRet><TxnID>1</TxnID></BillRet></ARs><BRs statusCode='1'/>"
                + "<CRs statusCode='0'><BillRet><TxnID>2</TxnID></BillRet><ErrorRecovery><TxnID>9</TxnID></ErrorRecovery>"
                + "<BillRet a='&quot;'><TxnID>3</TxnID>&lt;&amp;</BillRet></CRs>"
                + "</QBXMLMsgsRs></QBXML>";
        assertThat(rows(bytes(text), 0, 1, 2)).hasSize(3);
        assertThat(rows(bytes(text), 2)).extracting(RowElement::xml).containsExactly(
                "<BillRet><TxnID>2</TxnID></BillRet>", "<BillRet a=\"&quot;\"><TxnID>3</TxnID>&lt;&amp;</BillRet>");
        assertThat(rows(bytes(text), 1)).isEmpty();
    }

    private static String memo(byte[] bytes) {
        return rows(bytes, 0).get(0).xml();
    }

    private static List<RowElement> rows(byte[] bytes, int... positions) {
        Answer answer = Envelope.read(source(bytes), NEVER);
        List<RowElement> rows = new ArrayList<>();
        Envelope.rows(source(bytes), answer.charset(), i -> Arrays.stream(positions).anyMatch(p -> p == i))
                .forEachRemaining(rows::add);
        return rows;
    }

    private static void refused(byte[] bytes, String inItsSentence) {
        assertThatThrownBy(() -> Envelope.read(source(bytes), NEVER))
                .isInstanceOfSatisfying(QuickBooksTrouble.class, trouble -> assertThat(trouble.kind())
                        .isEqualTo(QuickBooksTrouble.Kind.NOT_AN_ANSWER))
                .hasMessageContaining(inItsSentence);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static AnswerReader.Rereadable source(byte[] bytes) {
        return () -> new ByteArrayInputStream(bytes);
    }
}
