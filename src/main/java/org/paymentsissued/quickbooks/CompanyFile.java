package org.paymentsissued.quickbooks;

/**
 * A company file and the way to it.
 *
 * @param name      key in every table
 * @param transport http, web-connector or file
 * @param url       of its gateway
 * @param gateway   name of the bean that logs in there
 * @param timeout   of one answer, in milliseconds
 * @param inbox     folder of its response files
 */
public record CompanyFile(String name, String transport, String url, String gateway, long timeout, String inbox,
        Readings readings) {

    /** Whether its Web Connector calls us; the program asks all others. */
    public boolean isReadThroughWebConnector() {
        return transport.equals("web-connector");
    }

    /** For a log line. */
    @Override
    public String toString() {
        return name;
    }
}
