package org.paymentsissued.webconnector;

import java.util.Map;

/**
 * One call from the Web Connector.
 *
 * @param operation  name of the body's element, such as {@code sendRequestXML}
 * @param parameters its short texts by name, unescaped
 * @param response   QuickBooks' answer if the call brings one that is expected; null otherwise
 * @param flaw       why the answer it brings was not kept, as a sentence; empty if nothing is wrong with it
 * @param from       address of the caller
 */
public record Call(String operation, Map<String, String> parameters, SpooledText response, String flaw, String from) {

    /** A parameter; absent and empty are the same to the Web Connector, and so they are here. */
    public String text(String name) {
        return parameters.getOrDefault(name, "");
    }
}
