package org.paymentsissued.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Copies of an H2 ledger, each complete and as of one moment, made while everything runs. A copy is a database file
 * again: in the ledger's place it is the ledger. It is opened once to check it, and marked as a copy; from this
 * the next start on it knows that Procore may hold more than the copy says.
 */
public final class LedgerBackup {

    private static final String SUFFIX = ".mv.db";
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private final LedgerDatabase database;
    private final Path folder;
    private final Clock clock;

    public LedgerBackup(LedgerDatabase database, Path folder, Clock clock) {
        this.database = database;
        this.folder = folder.toAbsolutePath().normalize();
        this.clock = clock;
    }

    /**
     * Makes a copy.
     *
     * @return the file, named by the second in which it was begun
     * @throws NotOurs                  with PostgreSQL, which has tools of its own for this
     * @throws LedgerDatabase.Unusable when the copy cannot be written or read back; none is left behind then
     */
    public Path make() {
        if (database.isPostgres()) {
            throw new NotOurs();
        }
        String name = "ledger-" + LocalDateTime.now(clock.withZone(ZoneId.systemDefault())).format(SECOND);
        Path copy = folder.resolve(name + SUFFIX);
        String unchecked = name + "-unchecked";
        Path zip = folder.resolve(unchecked + ".zip");
        Path unpacked = folder.resolve(unchecked + SUFFIX);
        try {
            Files.createDirectories(folder);
            try {
                database.jdbc().sql("backup to '" + zip.toString().replace("'", "''") + "'").update();
                unpack(zip, unpacked);
                markAsCopy(folder.resolve(unchecked));
                return Files.move(unpacked, copy);
            } finally {
                Files.deleteIfExists(zip);
                Files.deleteIfExists(unpacked);
                Files.deleteIfExists(folder.resolve(unchecked + ".trace.db"));
            }
        } catch (IOException | SQLException | RuntimeException e) {
            throw new LedgerDatabase.Unusable("The ledger could not be copied to " + folder + ": " + e.getMessage(), e);
        }
    }

    /** The database file of a backup that H2 made. */
    static void unpack(Path zip, Path file) throws IOException {
        try (ZipInputStream entries = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                if (entry.getName().endsWith(SUFFIX)) {
                    Files.copy(entries, file, StandardCopyOption.REPLACE_EXISTING);
                    return;
                }
            }
        }
        throw new IOException("the copy holds no database file");
    }

    private void markAsCopy(Path unchecked) throws SQLException {
        // What follows the path, such as a cipher, holds for the copy too.
        String settings = database.url().contains(";") ? database.url().substring(database.url().indexOf(';')) : "";
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + unchecked + settings + ";IFEXISTS=TRUE",
                database.username(), database.password());
                PreparedStatement mark = connection.prepareStatement(
                        "update ledger_age set delivered_once = false, copied_at = ?");
                Statement statement = connection.createStatement()) {
            statement.executeQuery("select count(*) from payment").close();
            mark.setObject(1, OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
            mark.executeUpdate();
            // Else the file stays open while the ledger's own connections do.
            statement.execute("shutdown");
        }
    }

    /** The database has its own, better tools for this. */
    public static final class NotOurs extends RuntimeException {
        NotOurs() {
            super("The ledger is in PostgreSQL. Back it up with its own tools while everything runs: pg_dump --format=custom, see"
                    + " docs/operations/runbook.md. Nothing was copied.");
        }
    }
}
