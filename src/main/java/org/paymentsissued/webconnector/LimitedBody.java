package org.paymentsissued.webconnector;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A body that ends with an error where it grows beyond a limit, which may be raised while it is read. */
final class LimitedBody extends FilterInputStream {

    private long mostBytes;
    private long read;

    LimitedBody(InputStream body, long mostBytes) {
        super(body);
        this.mostBytes = mostBytes;
    }

    void raiseTo(long bytes) {
        mostBytes = Math.max(mostBytes, bytes);
    }

    @Override
    public int read() throws IOException {
        int next = super.read();
        count(next < 0 ? 0 : 1);
        return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        count(Math.max(0, count));
        return count;
    }

    private void count(int bytes) throws TooLarge {
        read += bytes;
        if (read > mostBytes) {
            throw new TooLarge(mostBytes);
        }
    }

    /** The body is larger than what is allowed. */
    static final class TooLarge extends IOException {
        private final long mostBytes;

        TooLarge(long mostBytes) {
            super("the call is too large");
            this.mostBytes = mostBytes;
        }

        long mostBytes() {
            return mostBytes;
        }
    }
}
