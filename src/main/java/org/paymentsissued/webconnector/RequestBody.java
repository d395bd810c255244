package org.paymentsissued.webconnector;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an HTTP request as a stream that asks the network for a piece at a time, so that neither memory nor disk
 * holds it, and that ends if its sender falls silent or is too slow, because a thread waits for it.
 */
final class RequestBody extends InputStream {

    private static final Buffer END = Buffer.buffer();
    private static final int FEWEST_BYTES_A_SECOND = 2_000;

    private final HttpServerRequest request;
    private final Duration patience;
    private final long startedAt = System.nanoTime();
    private final BlockingQueue<Object> pieces = new LinkedBlockingQueue<>();
    private byte[] piece = new byte[0];
    private int position;
    private long read;
    private boolean ended;

    /** A body that has come to its end. */
    static RequestBody whole(Buffer body) {
        RequestBody whole = new RequestBody();
        whole.piece = body.getBytes();
        whole.ended = true;
        return whole;
    }

    private RequestBody() {
        this.request = null;
        this.patience = Duration.ZERO;
    }

    /** @param request paused, with nothing of it read yet */
    RequestBody(HttpServerRequest request, Duration patience) {
        this(Buffer.buffer(), request, patience);
    }

    /**
     * A body whose beginning was read.
     *
     * @param request paused
     */
    RequestBody(Buffer beginning, HttpServerRequest request, Duration patience) {
        this.request = request;
        this.patience = patience;
        this.piece = beginning.getBytes();
        request.exceptionHandler(pieces::add);
        request.endHandler(nothing -> pieces.add(END));
        request.handler(pieces::add);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        while (position == piece.length) {
            if (ended) {
                return -1;
            }
            next();
        }
        int count = Math.min(length, piece.length - position);
        System.arraycopy(piece, position, buffer, offset, count);
        position += count;
        return count;
    }

    private void next() throws IOException {
        request.fetch(1);
        Object next;
        try {
            next = pieces.poll(left().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a call was read", e);
        }
        if (next == null) {
            throw new IOException("it came too slowly, or not at all");
        }
        if (next instanceof Throwable failure) {
            throw new IOException("the connection broke", failure);
        }
        piece = ((Buffer) next).getBytes();
        position = 0;
        ended = next == END;
        read += piece.length;
    }

    /** A sender has one minute, plus the time that a slow line needs for what has arrived. */
    private Duration left() {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startedAt);
        Duration left = patience.plusSeconds(read / FEWEST_BYTES_A_SECOND).minus(elapsed);
        return left.isNegative() ? Duration.ZERO : left.compareTo(patience) > 0 ? patience : left;
    }

    /** The rest is discarded, so that the sender can get to our answer. */
    @Override
    public void close() {
        if (request != null) {
            request.handler(rest -> { });
            request.resume();
        }
    }
}
