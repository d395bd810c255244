package org.paymentsissued.demo;

/** Request documents of these tests. */
final class QbxmlRequest {

    private QbxmlRequest() {
    }

    static String of(String requests) {
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?qbxml version=\"13.0\"?>\n"
                + "<QBXML><QBXMLMsgsRq onError=\"continueOnError\">" + requests + "</QBXMLMsgsRq></QBXML>";
    }

    static String checks(String attributes, String children) {
        return of(query("BillPaymentCheck", attributes, children));
    }

    static String creditCards(String attributes, String children) {
        return of(query("BillPaymentCreditCard", attributes, children));
    }

    static String bills(String children) {
        return of(query("Bill", "", children));
    }

    static String query(String type, String attributes, String children) {
        return "<" + type + "QueryRq " + attributes + ">" + children + "</" + type + "QueryRq>";
    }
}
