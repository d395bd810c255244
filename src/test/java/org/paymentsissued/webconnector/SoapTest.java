package org.paymentsissued.webconnector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.paymentsissued.rig.WebConnectorClient.envelope;
import static org.paymentsissued.rig.WebConnectorClient.wrapped;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.entrance.Strangers;
import org.paymentsissued.rig.WebConnectorClient;
import org.paymentsissued.webconnector.SoapFault.Code;
import org.w3c.dom.Element;

/** What is taken as a call, what is refused, and what an answer looks like on the wire. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SoapTest {

    private static final String INTUIT = "http://developer.intuit.com/";
    private static final int MB = 1_000_000;

    @TempDir
    private Path spool;
    private Soap soap;
    private Call call;

    @BeforeEach
    void oneSession() {
        soap = new Soap(100L * MB, spool, ticket -> ticket.equals("T1"),
                new Arrivals(ticket -> ticket.equals("T1"), new Strangers()));
    }

    // ---- calls -------------------------------------------------------------------------------------------------

    @Test
    void absent_and_empty_parameters_read_alike() {
        for (String parameters : List.of("", "<strUserName/><strPassword></strPassword>", "<strUserName xmlns:xsi=\""
                + "http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>")) {
            read(wrapped("<authenticate xmlns=\"" + INTUIT + "\">" + parameters + "</authenticate>"));

            assertThat(call.operation()).isEqualTo("authenticate");
            assertThat(call.text("strUserName")).isEmpty();
            assertThat(call.text("strPassword")).isEmpty();
        }
    }

    @Test
    void prefixes_headers_comments_and_cdata_are_as_good_as_the_usual_shape() {
        read("""
                <E:Envelope xmlns:E="http://schemas.xmlsoap.org/soap/envelope/" xmlns:i="http://developer.intuit.com/">
                  <E:Header><x:a xmlns:x="urn:x" E:mustUnderstand="0"><x:b/></x:a></E:Header>
                  <!-- a remark --><E:Body>
                    <i:clientVersion><i:strVersion>2.3<!-- . --><![CDATA[.0 & up]]></i:strVersion></i:clientVersion>
                  </E:Body></E:Envelope>""");

        assertThat(call.operation()).isEqualTo("clientVersion");
        assertThat(call.text("strVersion")).isEqualTo("2.3.0 & up");
    }

    @Test
    void an_answer_is_unescaped_exactly_once() throws IOException {
        read(envelope("receiveResponseXML", "ticket", "T1", "response",
                "<?xml version=\"1.0\" ?>\n<QBXML>B&amp;M \"West\" &#233; \u00e9 \ud83d\ude00 &lt;b&gt;</QBXML>\n", "hresult", "",
                "message", ""));

        assertThat(Files.readString(call.response().file())).isEqualTo(
                "<?xml version=\"1.0\" ?>\n<QBXML>B&amp;M \"West\" &#233; \u00e9 \ud83d\ude00 &lt;b&gt;</QBXML>\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "ISO-8859-1"})
    void a_call_is_read_in_the_encoding_it_declares(String encoding) throws IOException {
        String text = envelope("receiveResponseXML", "ticket", "T1", "response", "<QBXML>D\u00e9cor</QBXML>")
                .replace("utf-8", encoding);

        call = soap.read(new ByteArrayInputStream(text.getBytes(Charset.forName(encoding))), null, "10.0.0.5");

        assertThat(Files.readString(call.response().file())).isEqualTo("<QBXML>D\u00e9cor</QBXML>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "ISO-8859-1", "windows-1252"})
    void a_call_that_declares_no_encoding_is_read_in_that_of_http(String charset) {
        String text = envelope("clientVersion", "strVersion", "D\u00e9cor").replaceFirst("<\\?xml.*?\\?>", "");

        call = soap.read(new ByteArrayInputStream(text.getBytes(Charset.forName(charset))), charset, "10.0.0.5");

        assertThat(call.text("strVersion")).isEqualTo("D\u00e9cor");
    }

    @Test
    void what_the_document_says_of_its_encoding_counts_more_than_what_http_says() {
        String text = envelope("clientVersion", "strVersion", "D\u00e9cor");

        call = soap.read(bytes(text), "ISO-8859-1", "10.0.0.5");
        assertThat(call.text("strVersion")).isEqualTo("D\u00e9cor");
        call = soap.read(bytes("\ufeff" + text), "ISO-8859-1", "10.0.0.5");
        assertThat(call.text("strVersion")).isEqualTo("D\u00e9cor");
        assertThatThrownBy(() -> soap.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), null, "10.0.0.5"))
                .isInstanceOf(SoapFault.class);
    }

    @Test
    void parameters_in_another_order_twice_or_unknown_are_read_as_far_as_they_can_be() {
        read(envelope("sendRequestXML", "qbXMLMinorVers", "0", "strCompanyFileName", "C:\\a.qbw", "new", "x", "ticket", "T1",
                "ticket", "T2"));

        assertThat(call.text("ticket")).as("the first counts").isEqualTo("T1");
        assertThat(call.text("strCompanyFileName")).isEqualTo("C:\\a.qbw");
        assertThat(call.parameters()).doesNotContainKey("new");
        assertThatThrownBy(() -> read(envelope("receiveResponseXML", "response", "<QBXML/>", "ticket", "T1")))
                .hasMessageContaining("ticket must come before");
        assertThat(spool).isEmptyDirectory();
    }

    @Test
    void an_answer_for_no_session_is_not_kept() {
        read(envelope("receiveResponseXML", "ticket", "T2", "response", "<QBXML/>", "hresult", "0x1", "message", "m"));

        assertThat(call.response()).isNull();
        assertThat(call.text("hresult")).isEqualTo("0x1");
    }

    @Test
    void fifty_megabytes_pass_through_without_being_held_as_text_or_as_cdata() throws Exception {
        for (boolean cdata : new boolean[] {false, true}) {
            String row = "<Row>" + "x".repeat(983) + "</Row>\n";
            byte[] piece = (cdata ? row : WebConnectorClient.escaped(row)).getBytes(StandardCharsets.US_ASCII);
            InputStream body = envelopeAround(cdata, piece, 50_000);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();

            call = soap.read(body, "utf-8", "10.0.0.5");

            assertThat(threads.getCurrentThreadAllocatedBytes() - before).as("allocated in all").isLessThan(20L * MB);
            assertThat(call.response().length()).isEqualTo(50_000L * row.length());
            assertThat(call.text("message")).isEqualTo("after");
            call.response().delete();
        }
    }

    private static InputStream envelopeAround(boolean cdata, byte[] piece, int times) {
        return around(envelope("receiveResponseXML", "ticket", "T1", "response", "@", "hresult", "", "message", "after"), cdata,
                piece, times);
    }

    private static InputStream around(String whole, boolean cdata, byte[] piece, int times) {
        String[] parts = whole.split("@");
        return new SequenceInputStream(Collections.enumeration(List.of(bytes(parts[0] + (cdata ? "<![CDATA[" : "")),
                repeated(piece, times), bytes((cdata ? "]]>" : "") + parts[1]))));
    }

    private static InputStream repeated(byte[] piece, int times) {
        return new InputStream() {
            private long position;

            @Override
            public int read() {
                return position == (long) times * piece.length ? -1 : piece[(int) (position++ % piece.length)] & 0xFF;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                int count = 0;
                for (int next; count < length && (next = read()) >= 0; count++) {
                    buffer[offset + count] = (byte) next;
                }
                return count == 0 ? -1 : count;
            }
        };
    }

    // ---- refusals ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "GET me", "{\"a\":1}", "<html><body>hello</body></html>",
        "<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'/>",
        "<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'><soap:Body/></soap:Envelope>",
        "<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'><soap:Body>"})
    void what_is_no_whole_envelope_is_the_sender_s_fault(String text) {
        refuses(text, Code.CLIENT);
    }

    @Test
    void an_operation_that_is_not_in_the_contract_is_named() {
        assertThatThrownBy(() -> read(wrapped("<interactiveDone xmlns=\"" + INTUIT + "\"/>")))
                .hasMessageContaining("interactiveDone");
        refuses(wrapped("<authenticate/>"), Code.CLIENT);
        refuses(wrapped("<authenticate xmlns='urn:other'/>"), Code.CLIENT);
    }

    @Test
    void an_operation_is_recognised_by_the_body_s_element_and_its_parameters_are_texts() {
        refuses(wrapped("<authenticate xmlns='" + INTUIT + "'><strUserName><b/></strUserName></authenticate>"), Code.CLIENT);
        refuses(wrapped("<receiveResponseXML xmlns='" + INTUIT + "'><ticket>T1</ticket><response><QBXML/></response>"
                + "</receiveResponseXML>"), Code.CLIENT);
    }

    @Test
    void soap_1_2_is_another_version_and_a_header_that_must_be_understood_is_not() {
        refuses("<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'><e:Body/></e:Envelope>", Code.VERSION_MISMATCH);
        refuses("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Header><s:Security xmlns:s='urn:s'"
                + " e:mustUnderstand='1'/></e:Header><e:Body/></e:Envelope>", Code.MUST_UNDERSTAND);
    }

    @Test
    void a_doctype_is_refused_whatever_it_holds() {
        String call = wrapped("<getLastError xmlns='" + INTUIT + "'><ticket>&a;</ticket></getLastError>")
                .replaceFirst("<\\?xml.*?\\?>", "");
        refuses("<!DOCTYPE x>" + call.replace("&a;", ""), Code.CLIENT);
        refuses("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + call, Code.CLIENT);
        refuses("<!DOCTYPE x [<!ENTITY b 'bbbbbbbbbb'><!ENTITY a '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]>" + call, Code.CLIENT);
        refuses(call, Code.CLIENT);
    }

    @Test
    void nesting_without_end_and_parameters_without_end_are_refused() {
        refuses(wrapped("<a>".repeat(10_000)), Code.CLIENT);
        refuses(wrapped("<getLastError xmlns='" + INTUIT + "'>" + "<ticket>".repeat(50_000)), Code.CLIENT);
        refuses(envelope("getLastError", "ticket", "t".repeat(1_000_001)), Code.CLIENT);
    }

    @Test
    void a_stranger_cannot_fill_the_memory_with_parameters_names_or_namespaces() {
        String tooLarge = "larger than 8 MB";
        refusesEndless(wrapped("<getLastError xmlns='" + INTUIT + "'>@</getLastError>"),
                "<p>" + "x".repeat(900_000) + "</p>", tooLarge);
        refusesEndless(wrapped("<getLastError xmlns='" + INTUIT + "'><@/></getLastError>"), "abcdefgh".repeat(1000), tooLarge);
        refusesEndless(wrapped("<getLastError xmlns='" + INTUIT + "'><a b='@'/></getLastError>"), "c".repeat(1000), "");
        for (String name : List.of("b", "xmlns:b")) {
            String many = IntStream.range(0, 1000).mapToObj(i -> " " + name + i + "='c'").collect(Collectors.joining());
            refuses(wrapped("<getLastError xmlns='" + INTUIT + "'><a" + many + "/></getLastError>"), Code.CLIENT);
        }
        refusesEndless(envelope("getLastError", "ticket", "@"), "y".repeat(1000), "too long");
    }

    private void refusesEndless(String around, String piece, String why) {
        String[] parts = around.split("@");
        InputStream body = new SequenceInputStream(Collections.enumeration(List.of(bytes(parts[0]),
                repeated(piece.getBytes(StandardCharsets.US_ASCII), 200_000_000 / piece.length()), bytes(parts[1]))));
        assertThatThrownBy(() -> soap.read(body, "utf-8", "10.0.0.5")).isInstanceOf(SoapFault.class).hasMessageContaining(why);
    }

    @Test
    void an_answer_with_a_ticket_of_no_session_is_read_no_further_than_a_stranger_may_send() throws Exception {
        InputStream body = around(envelope("receiveResponseXML", "ticket", "T2", "response", "@"), false,
                "z".repeat(1000).getBytes(StandardCharsets.US_ASCII), 50_000);

        call = soap.read(body, "utf-8", "10.0.0.5");

        assertThat(call.text("ticket")).isEqualTo("T2");
        assertThat(call.response()).isNull();
        assertThat(spool).isEmptyDirectory();
        assertThat(body.available() > 0 || body.read() >= 0).as("the rest is left").isTrue();
    }

    @Test
    void what_a_stranger_writes_gets_into_no_line_of_its_own_in_the_log() {
        assertThatThrownBy(() -> read(wrapped("<a xmlns='urn:x&#10;2026-03-25 ERROR all is lost" + "!".repeat(5000) + "'/>")))
                .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("\n").hasSizeLessThan(600));
    }

    @Test
    void a_broken_call_leaves_no_file_behind() {
        refuses(envelope("receiveResponseXML", "ticket", "T1", "response", "<QBXML/>").replace("</soap:Envelope>", ""),
                Code.CLIENT);
        refuses(envelope("receiveResponseXML", "ticket", "T1", "response", "<QBXML/>").replace("</response>", ""), Code.CLIENT);
        assertThat(spool).isEmptyDirectory();
    }

    private void refuses(String text, Code code) {
        assertThatThrownBy(() -> read(text)).isInstanceOfSatisfying(SoapFault.class,
                fault -> assertThat(fault.code()).isEqualTo(code));
    }

    private void read(String text) {
        call = soap.read(bytes(text), "utf-8", "10.0.0.5");
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    // ---- answers -----------------------------------------------------------------------------------------------

    @Test
    void a_text_is_escaped_once_and_comes_back_as_it_was() {
        String request = "<?xml version=\"1.0\" encoding=\"utf-8\"?><?qbxml version=\"13.0\"?><QBXML>D&#233;cor &amp; \u00e9</QBXML>";

        Element result = result(soap.write(Soap.Answer.text("sendRequestXML", request)), "sendRequestXML");

        assertThat(result.getTextContent()).isEqualTo(request);
    }

    @Test
    void an_empty_second_string_is_there_all_the_same() {
        Element result = result(soap.write(Soap.Answer.list("authenticate", "T1", "")), "authenticate");

        assertThat(WebConnectorClient.elements(result)).extracting(Element::getTextContent).containsExactly("T1", "");
    }

    @Test
    void characters_that_xml_cannot_hold_do_not_break_an_answer() {
        Element result = result(soap.write(Soap.Answer.text("getLastError", "a\u0000\u0010b\ud800c\uffff\ud83d\ude00")),
                "getLastError");

        assertThat(result.getTextContent()).isEqualTo("abc\ud83d\ude00");
    }

    @Test
    void an_unexpected_failure_is_told_without_its_inside() {
        String fault = soap.fault(new IllegalStateException("jdbc:h2:secret"));

        assertThat(fault).contains("soap:Server").doesNotContain("secret").doesNotContain("IllegalState");
        WebConnectorClient.parse(fault);
    }

    private static Element result(String envelope, String operation) {
        Element body = WebConnectorClient.elements(WebConnectorClient.parse(envelope)).get(0);
        Element response = WebConnectorClient.elements(body).get(0);
        assertThat(response.getLocalName()).isEqualTo(operation + "Response");
        Element result = WebConnectorClient.elements(response).get(0);
        assertThat(result.getLocalName()).isEqualTo(operation + "Result");
        assertThat(result.getNamespaceURI()).isEqualTo(INTUIT);
        return result;
    }
}
