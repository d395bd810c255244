package org.paymentsissued.benches;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.paymentsissued.bench.ReadBench;

/** The benches still run; what they measure is not looked at here. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BenchesTest {

    @TempDir
    Path folder;

    @Test
    void a_thousand_payments_are_read_by_plain_jdbc_and_by_the_product_with_the_same_rows() throws Exception {
        for (String way : new String[] {"jdbc", "product"}) {
            // Throws where the rows or their sum are not those that were entered.
            assertThat(ReadBench.turn(way, 1_000, 1_000, Files.createDirectory(folder.resolve(way))).seconds()).isPositive();
        }
    }
}
