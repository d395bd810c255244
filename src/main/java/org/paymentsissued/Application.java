package org.paymentsissued;

public final class Application {
    public static void main(String[] args) { }
}
