package org.paymentsissued.bench;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/** The least that a program with Camel Main does: one route on a timer, started, and stopped again. */
public final class TimerAlone {

    private TimerAlone() {
    }

    public static void main(String[] arguments) {
        Main main = new Main();
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("timer:alone").to("log:alone");
            }
        });
        main.start();
        main.stop();
    }
}
