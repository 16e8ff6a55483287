//! How the process asks the system for memory.

/// Sets up the C library's allocator for a program that decodes video: large blocks (pictures) go
/// back to the system when they are freed, instead of leaving holes, and threads share two heaps
/// instead of having up to eight for each core. To be called first of all; elsewhere than with
/// glibc it does nothing.
pub fn settle() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // Above a decoded picture of 1920×1080 (3 MB), which is got and given back 30 times a
        // second; below one that is ready to be shown (8 MB).
        const LARGE: libc::c_int = 4 * 1024 * 1024;
        #[expect(
            unsafe_code,
            reason = "mallopt only sets numbers, and no other thread runs yet"
        )]
        let taken = unsafe {
            libc::mallopt(libc::M_ARENA_MAX, 2) == 1
                && libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) == 1
                && libc::mallopt(libc::M_TRIM_THRESHOLD, LARGE) == 1
        };
        if !taken {
            tracing::debug!("the allocator keeps its own ideas");
        }
    }
}
