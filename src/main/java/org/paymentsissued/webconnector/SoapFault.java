package org.paymentsissued.webconnector;

/** A call outside the Web Connector's contract; answered as a SOAP fault, so the message is for its sender. */
public final class SoapFault extends RuntimeException {

    /** Whose fault it is, as SOAP 1.1 names it (section 4.4.1). */
    public enum Code {
        CLIENT("Client"), SERVER("Server"), VERSION_MISMATCH("VersionMismatch"), MUST_UNDERSTAND("MustUnderstand");

        private final String name;

        Code(String name) {
            this.name = name;
        }

        String localName() {
            return name;
        }
    }

    private final Code code;

    SoapFault(Code code, String sentence) {
        super(sentence);
        this.code = code;
    }

    SoapFault(Code code, String sentence, Throwable cause) {
        super(sentence, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
