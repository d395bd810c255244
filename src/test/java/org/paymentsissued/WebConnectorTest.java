package org.paymentsissued;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import org.junit.jupiter.api.Test;
import org.paymentsissued.webconnector.WebConnectorClient;

class WebConnectorTest {
    @Test
    void smoke() {
        Rig rig = new Rig();
        rig.with("quickbooks.transport", "web-connector").with("quickbooks.username", WebConnectorClient.USER)
                .with("quickbooks.password", WebConnectorClient.PASSWORD).with("poll.schedule", "0 0 0 1 1 ? 2099");
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00"));
        try (Installation installation = rig.serve()) {
            WebConnectorClient client = new WebConnectorClient(rig.consoleUrl("/qbwc"));
            System.out.println(client.get("?wsdl").body().substring(0, 300));
            System.out.println(client.get("").body());
            System.out.println(client.get("/support").body());
            System.out.println(client.get("/payments-issued.qwc").body());
            System.out.println(client.post("<a/>", "x").body());
            System.out.println(client.post(WebConnectorClient.envelope("authenticate", "strUserName", "x"), "x").body());
            System.out.println(client.session(rig.quickBooks));
            System.out.println(client.session(rig.quickBooks));
        }
    }
}
