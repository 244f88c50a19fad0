import io.camunda.zeebe.client.ZeebeClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The yardstick: the official client's job worker, with no-op handler and completion sent without waiting.
 *
 * <p>Arguments: ADDRESS JOB_TYPE WARM_UP COUNT RESULT_FILE.
 */
public final class JavaWorker {
  private JavaWorker() {}

  public static void main(final String[] arguments) throws InterruptedException, IOException {
    final int warmUp = Integer.parseInt(arguments[2]);
    final int count = Integer.parseInt(arguments[3]);
    final AtomicIntegerArray latencies = new AtomicIntegerArray(warmUp + count);
    final AtomicInteger entered = new AtomicInteger();
    final AtomicInteger completed = new AtomicInteger();
    final AtomicLong beganNanos = new AtomicLong();
    final AtomicLong beganCpuNanos = new AtomicLong();
    final CountDownLatch done = new CountDownLatch(1);
    try (var client =
        ZeebeClient.newClientBuilder().gatewayAddress(arguments[0]).usePlaintext().build()) {
      client
          .newWorker()
          .jobType(arguments[1])
          .handler(
              (jobs, job) -> {
                final long sent = ((Number) job.getVariable("sent_at_us")).longValue();
                final int number = entered.getAndIncrement();
                if (number < latencies.length()) {
                  latencies.set(number, (int) (nowMicros() - sent));
                }
                jobs.newCompleteCommand(job)
                    .send()
                    .whenComplete(
                        (answer, error) -> {
                          final int finished = completed.incrementAndGet();
                          if (finished == warmUp) {
                            beganNanos.set(System.nanoTime());
                            beganCpuNanos.set(cpuNanos());
                          }
                          if (finished == warmUp + count) {
                            done.countDown();
                          }
                        });
              })
          .fetchVariables("sent_at_us")
          .open();
      done.await();
      final double seconds = (System.nanoTime() - beganNanos.get()) / 1e9;
      final double cpuSeconds = (cpuNanos() - beganCpuNanos.get()) / 1e9;
      final StringJoiner list = new StringJoiner(", ");
      for (int i = warmUp; i < latencies.length(); i++) {
        list.add(Double.toString(latencies.get(i) / 1000.0));
      }
      Files.writeString(
          Path.of(arguments[4]),
          "{\"seconds\": %s, \"cpu_seconds\": %s, \"latencies_ms\": [%s]}"
              .formatted(seconds, cpuSeconds, list));
    }
  }

  private static long nowMicros() {
    final var now = java.time.Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }

  private static long cpuNanos() {
    final var system =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    return system.getProcessCpuTime();
  }
}
