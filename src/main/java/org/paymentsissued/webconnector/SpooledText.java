package org.paymentsissued.webconnector;

import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;

/**
 * A text in a temporary file, in UTF-8: written once, then read from its start as often as needed, as Camel's own stream
 * caches are. Its owner deletes it; unlike theirs it outlives the exchange of the call that brought it.
 */
public final class SpooledText extends InputStream implements StreamCache {

    private static final byte[] UTF_8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Path file;
    private InputStream in = InputStream.nullInputStream();

    private SpooledText(Path file) {
        this.file = file;
    }

    /** Writes a text, piece by piece. */
    interface Source {
        void writeTo(Writer out) throws Exception;
    }

    /** Spools what the source writes; if it fails, nothing is left behind. */
    static SpooledText of(Path folder, Source source) throws Exception {
        Path file = Files.createTempFile(folder, "quickbooks-answer-", ".xml");
        SpooledText text = new SpooledText(file);
        try (Writer out = new BufferedWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8), 65_536)) {
            source.writeTo(out);
        } catch (Exception e) {
            text.delete();
            throw e;
        }
        return text;
    }

    public void delete() {
        try {
            in.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // On Windows someone may still be reading it; it is deleted when the process ends.
            file.toFile().deleteOnExit();
        }
    }

    Path file() {
        return file;
    }

    @Override
    public int read() throws IOException {
        return in.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        return in.read(buffer, offset, length);
    }

    @Override
    public void reset() {
        try {
            in.close();
            // The encoding that the text declares was that of other bytes, inside the envelope: the mark says what these are.
            in = new SequenceInputStream(new ByteArrayInputStream(UTF_8_MARK),
                    new BufferedInputStream(Files.newInputStream(file), 65_536));
        } catch (IOException e) {
            throw new UncheckedIOException("The answer from QuickBooks has disappeared from the temporary folder", e);
        }
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        Files.copy(file, out);
    }

    @Override
    public StreamCache copy(Exchange exchange) {
        SpooledText copy = new SpooledText(file);
        copy.reset();
        return copy;
    }

    @Override
    public boolean inMemory() {
        return false;
    }

    @Override
    public long length() {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public long position() {
        return -1;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
